use std::collections::HashMap;
use std::ffi::OsString;
use std::str::FromStr;

use super::ConfigError;

/// Names and values: the process's own, or those of a test.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    variables: HashMap<String, OsString>,
}

impl Environment {
    /// The variables of the process, then those of the file `.env` that the process does not set.
    pub fn of_process() -> Result<Self, ConfigError> {
        let mut variables = HashMap::new();
        match dotenvy::from_path_iter(".env") {
            Ok(lines) => {
                for line in lines {
                    let (name, value) = line.map_err(|error| dot_env_error(&error))?;
                    variables.insert(name, OsString::from(value));
                }
            }
            Err(error) if error.not_found() => {}
            Err(error) => return Err(dot_env_error(&error)),
        }
        let process =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        variables.extend(process);
        Ok(Self { variables })
    }

    /// A variable's text; `None` if it is unset or empty, for container tools set empty variables
    /// where a person would leave them out.
    pub fn text(&self, variable: &'static str) -> Result<Option<String>, ConfigError> {
        match self.variables.get(variable) {
            Some(value) if !value.is_empty() => match value.to_str() {
                Some(text) => Ok(Some(text.to_owned())),
                None => Err(ConfigError::new(variable, "not valid UTF-8", "text")),
            },
            _ => Ok(None),
        }
    }

    /// A variable's value as some other type.
    pub fn parsed<T: FromStr>(
        &self,
        variable: &'static str,
        expected: &str,
        example: &'static str,
    ) -> Result<Option<T>, ConfigError> {
        self.text(variable)?
            .map(|text| {
                text.trim()
                    .parse()
                    .map_err(|_| ConfigError::new(variable, format!("not {expected}"), example))
            })
            .transpose()
    }

    /// A number from the least to the most.
    pub fn within(
        &self,
        variable: &'static str,
        (least, most): (u64, u64),
        default: u64,
        example: &'static str,
    ) -> Result<u64, ConfigError> {
        let expected = format!("a number within {least} and {most}");
        let number = self.parsed(variable, &expected, example)?;
        let number = number.unwrap_or(default);
        if (least..=most).contains(&number) {
            Ok(number)
        } else {
            let problem = format!("not {expected}");
            Err(ConfigError::new(variable, problem, example))
        }
    }

    /// A switch: `true`, `1`, `on`, `yes` or their opposites.
    pub fn switch(&self, variable: &'static str, default: bool) -> Result<bool, ConfigError> {
        let Some(text) = self.text(variable)? else {
            return Ok(default);
        };
        match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "on" | "yes" => Ok(true),
            "false" | "0" | "off" | "no" => Ok(false),
            _ => Err(ConfigError::new(variable, "neither true nor false", "true")),
        }
    }
}

fn dot_env_error(error: &dotenvy::Error) -> ConfigError {
    let problem = match error {
        // The line itself is left out: it may hold a secret.
        dotenvy::Error::LineParse(_, index) => {
            format!("a line cannot be read, at character {}", index + 1)
        }
        dotenvy::Error::Io(error) => error.to_string(),
        _ => "cannot be read".to_owned(),
    };
    ConfigError::DotEnv { problem }
}

impl<const N: usize> From<[(&str, &str); N]> for Environment {
    fn from(variables: [(&str, &str); N]) -> Self {
        let variables = variables
            .into_iter()
            .map(|(name, value)| (name.to_owned(), OsString::from(value)))
            .collect();
        Self { variables }
    }
}
