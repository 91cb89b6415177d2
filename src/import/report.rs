use std::fmt;

use crate::blog::imports::Change;

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Posts that are new.
    pub added: usize,
    /// Posts that were there and differed.
    pub updated: usize,
    /// Posts that were there and are the same.
    pub unchanged: usize,
    /// Sample posts that gave way to the first content of one's own.
    pub sample_removed: usize,
    /// Files that hold no post.
    pub skipped: Vec<Finding>,
    /// Files whose post could not be loaded.
    pub failed: Vec<Finding>,
    /// What else the author of the files should know.
    pub notes: Vec<Finding>,
}

/// Something to say of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file, relative to the folder that was imported.
    pub file: String,
    /// The line, from 1, where one is meant.
    pub line: Option<u32>,
    /// What there is to say.
    pub reason: String,
}

impl Report {
    pub(super) fn count(&mut self, change: Change) {
        match change {
            Change::Added => self.added += 1,
            Change::Updated => self.updated += 1,
            Change::Unchanged => self.unchanged += 1,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.reason),
            None => write!(f, "{}: {}", self.file, self.reason),
        }
    }
}

impl fmt::Display for Report {
    /// The totals first, then each file that needs a look.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (skipped, failed) = (self.skipped.len(), self.failed.len());
        writeln!(
            f,
            "added {}, updated {}, unchanged {}, skipped {skipped}, failed {failed}",
            self.added, self.updated, self.unchanged,
        )?;
        if self.sample_removed > 0 {
            writeln!(
                f,
                "removed {} posts of the sample content",
                self.sample_removed
            )?;
        }
        let groups = [
            ("note", &self.notes),
            ("skipped", &self.skipped),
            ("failed", &self.failed),
        ];
        for (word, findings) in groups {
            for finding in findings {
                writeln!(f, "{word}: {finding}")?;
            }
        }
        Ok(())
    }
}
