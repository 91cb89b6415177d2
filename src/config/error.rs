/// A setting that cannot be used. Its text names the variable, the problem and an example; the
/// value itself is never printed, for it may be a secret.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A variable's value is wrong.
    #[error("{variable}: {problem}; for example {variable}={example}")]
    Variable {
        /// The variable's name.
        variable: &'static str,
        /// What is wrong with its value.
        problem: String,
        /// A value that would be right.
        example: &'static str,
    },
    /// The file `.env` cannot be read.
    #[error(".env: {problem}; each line is NAME=value, for example PORT=8000")]
    DotEnv {
        /// What is wrong and, where it is known, in which line.
        problem: String,
    },
}

impl ConfigError {
    pub(super) fn new(
        variable: &'static str,
        problem: impl Into<String>,
        example: &'static str,
    ) -> Self {
        Self::Variable {
            variable,
            problem: problem.into(),
            example,
        }
    }
}
