//! Loads a relation once for all objects that were loaded together.
//!
//! The posts of one page are siblings: when the first of them is asked for its authors, the
//! authors of all are read in one statement, and the others wait for that. So the number of
//! statements depends on the selection alone, neither on the number of rows nor on timing, and no
//! timer collects keys. What is loaded lives as long as the objects, which is within a request.

use std::any::Any;
use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{Context, Pos};
use tokio::sync::OnceCell;

use crate::error::{Error, Result};
use crate::page::Page;

/// Names one load among those of the same siblings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Load {
    /// A relation that takes no arguments: however often it is selected, it is the same.
    Relation(&'static str),
    /// A field with arguments: the same for every sibling at one place of the document.
    Field(Pos),
}

impl Load {
    /// The field that is being resolved.
    pub(super) fn field(context: &Context<'_>) -> Self {
        Self::Field(context.item.pos)
    }
}

type Loaded = Result<Arc<dyn Any + Send + Sync>>;

/// The ids of objects that were loaded together, and what was loaded for them since.
pub(super) struct Siblings<Id> {
    ids: Arc<[Id]>,
    loads: Mutex<HashMap<Load, Arc<OnceCell<Loaded>>>>,
}

impl<Id: Copy + Ord> Siblings<Id> {
    /// The siblings with these ids, among which one may occur several times.
    fn new(mut ids: Vec<Id>) -> Arc<Self> {
        ids.sort_unstable();
        ids.dedup();
        Arc::new(Self {
            ids: ids.into(),
            loads: Mutex::default(),
        })
    }

    /// Keeps what was loaded for all siblings in another way.
    pub(super) fn store<T: Any + Send + Sync>(&self, load: Load, value: T) {
        let loaded: Loaded = Ok(Arc::new(value));
        let mut loads = self.loads.lock().unwrap_or_else(PoisonError::into_inner);
        loads.insert(load, Arc::new(OnceCell::new_with(Some(loaded))));
    }

    /// What `load` gives for all siblings. It runs once, for the first that asks; a failure is
    /// everyone's.
    pub(super) async fn load<T, F>(
        &self,
        load: Load,
        run: impl FnOnce(Arc<[Id]>) -> F,
    ) -> Result<Arc<T>>
    where
        T: Any + Send + Sync,
        F: Future<Output = Result<T>>,
    {
        let cell = {
            let mut loads = self.loads.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(loads.entry(load).or_default())
        };
        let loaded = cell
            // In a box, that is made where there is something to load: else each field of each object
            // would be as large as all that loading takes, and moved about.
            .get_or_init(|| {
                let loading = async {
                    let value = run(Arc::clone(&self.ids)).await?;
                    Ok(Arc::new(value) as Arc<dyn Any + Send + Sync>)
                };
                Box::pin(loading)
            })
            .await;
        Arc::clone(loaded.as_ref().map_err(Error::clone)?)
            .downcast()
            .map_err(|_| Error::internal("two relations are loaded under one name"))
    }
}

/// What has an id.
pub(super) trait Keyed {
    /// The type of its id.
    type Id: Copy + Ord;
    /// Its id.
    fn id(&self) -> Self::Id;
    /// Hands over to the siblings what was loaded of them together with these, who are all of them.
    fn hand_over<'a>(_items: impl Iterator<Item = &'a mut Self>, _siblings: &Siblings<Self::Id>)
    where
        Self: 'a,
    {
    }
}

/// An object among those it was loaded with. Cheap to clone.
pub(super) struct Sibling<T: Keyed> {
    item: Arc<T>,
    siblings: Arc<Siblings<T::Id>>,
}

impl<T: Keyed> Sibling<T> {
    /// An object that was loaded alone.
    pub(super) fn single(mut item: T) -> Self {
        Self::joining(Self::siblings_of(vec![item.id()], [&mut item]))(item)
    }

    /// Objects that were loaded together.
    pub(super) fn all(mut items: Vec<T>) -> impl Iterator<Item = Self> {
        let ids = items.iter().map(Keyed::id).collect();
        let join = Self::joining(Self::siblings_of(ids, &mut items));
        items.into_iter().map(join)
    }

    /// A page of objects, which are siblings.
    pub(super) fn page(mut page: Page<T>) -> Page<Self> {
        let ids = page.items.iter().map(Keyed::id).collect();
        let join = Self::joining(Self::siblings_of(ids, &mut page.items));
        page.map(join)
    }

    /// The objects of many owners, which are all siblings.
    pub(super) fn grouped<K>(
        groups: impl IntoIterator<Item = (K, Vec<T>)>,
    ) -> impl Iterator<Item = (K, Vec<Self>)> {
        let mut groups: Vec<_> = groups.into_iter().collect();
        let ids = groups.iter().flat_map(|(_, items)| items);
        let ids = ids.map(Keyed::id).collect();
        let items = groups.iter_mut().flat_map(|(_, items)| items);
        let join = Self::joining(Self::siblings_of(ids, items));
        groups
            .into_iter()
            .map(move |(owner, items)| (owner, items.into_iter().map(&join).collect()))
    }

    /// A page of each of many owners' objects, which are all siblings.
    pub(super) fn pages<K: Eq + Hash>(
        mut pages: HashMap<K, Page<T>>,
    ) -> impl Iterator<Item = (K, Page<Self>)> {
        let items = pages.values().flat_map(|page| &page.items);
        let ids = items.map(Keyed::id).collect();
        let items = pages.values_mut().flat_map(|page| &mut page.items);
        let join = Self::joining(Self::siblings_of(ids, items));
        pages
            .into_iter()
            .map(move |(owner, page)| (owner, page.map(&join)))
    }

    /// The others, and what was loaded for all.
    pub(super) fn siblings(&self) -> &Siblings<T::Id> {
        &self.siblings
    }

    /// What these are to one another.
    fn siblings_of<'a>(
        ids: Vec<T::Id>,
        items: impl IntoIterator<Item = &'a mut T>,
    ) -> Arc<Siblings<T::Id>>
    where
        T: 'a,
    {
        let siblings = Siblings::new(ids);
        T::hand_over(items.into_iter(), &siblings);
        siblings
    }

    fn joining(siblings: Arc<Siblings<T::Id>>) -> impl Fn(T) -> Self {
        move |item| Self {
            item: Arc::new(item),
            siblings: Arc::clone(&siblings),
        }
    }
}

impl<T: Keyed> Clone for Sibling<T> {
    fn clone(&self) -> Self {
        Self {
            item: Arc::clone(&self.item),
            siblings: Arc::clone(&self.siblings),
        }
    }
}

impl<T: Keyed> Deref for Sibling<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.item
    }
}
