//! Walking trees on disk.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::super::walk;

/// A folder of this test's own, removed at the end.
struct Tree(PathBuf);

impl Tree {
    fn new(name: &str, files: &[&str]) -> io::Result<Self> {
        let root =
            std::env::temp_dir().join(format!("import-markdown-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        for file in files {
            let path = root.join(file);
            fs::create_dir_all(path.parent().unwrap_or(Path::new("/")))?;
            fs::write(path, "x")?;
        }
        Ok(Self(root))
    }

    fn walk(&self) -> (Vec<String>, Vec<String>) {
        let (mut found, mut errors) = (Vec::new(), Vec::new());
        for file in walk(&self.0) {
            match file {
                Ok(file) => found.push(file.relative),
                Err(error) => errors.push(error.to_string()),
            }
        }
        (found, errors)
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn files_come_in_the_order_of_their_paths() -> io::Result<()> {
    let tree = Tree::new(
        "order",
        &[
            "b.md",
            "a/z.md",
            "a/index.markdown",
            "a-b.md",
            "a.md",
            "a0.mdown",
            "public/p.MD",
            "themes/t.md",
            "x.txt",
            ".hidden/x.md",
            ".x.md",
            "node_modules/x/README.md",
            "deep/node_modules/x.md",
            "é.md",
        ],
    )?;
    let (found, errors) = tree.walk();
    let expected = [
        "a-b.md",
        "a.md",
        "a/index.markdown",
        "a/z.md",
        "a0.mdown",
        "b.md",
        "public/p.MD",
        "themes/t.md",
        "é.md",
    ];
    assert_eq!(found, expected);
    assert!(found.is_sorted());
    assert!(errors.is_empty(), "{errors:?}");
    Ok(())
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_reported() -> io::Result<()> {
    use std::os::unix::fs::symlink;

    let tree = Tree::new("links", &["a.md", "sub/b.md"])?;
    symlink("/", tree.0.join("root"))?;
    symlink("a.md", tree.0.join("c.md"))?;
    symlink("a.md", tree.0.join("d.txt"))?;
    symlink("..", tree.0.join("sub/loop"))?;
    let (found, errors) = tree.walk();
    assert_eq!(found, ["a.md", "sub/b.md"]);
    assert_eq!(errors.len(), 3, "{errors:?}");
    let link = Tree::new("link-root", &["x/y.md"])?;
    symlink(&tree.0, link.0.join("z"))?;
    assert_eq!(walk(link.0.join("z")).flatten().count(), 2);
    Ok(())
}

#[test]
fn a_missing_root_is_reported() {
    let items: Vec<_> = walk("/no/such/folder").collect();
    assert!(matches!(items.as_slice(), [Err(_)]), "{items:?}");
}
