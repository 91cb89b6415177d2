use super::Problems;
use super::text::{at_most, line, without_control_characters};
use crate::blog::model::FaqItem;

const MAX_ITEMS: usize = 50;
const MAX_QUESTION: usize = 300;
const MAX_ANSWER: usize = 5000;

/// Questions and answers: at most 50, with questions of 1 to 300 characters and answers of 1 to
/// 5,000. What is wrong is noted with the way to it from `faq`.
pub fn faq(items: Vec<FaqItem>, problems: &mut Problems) -> Vec<FaqItem> {
    if items.len() > MAX_ITEMS {
        problems.add(
            "faq",
            format!("{} questions are more than {MAX_ITEMS}", items.len()),
        );
        return Vec::new();
    }
    let mut checked = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        let path = |field: &str| vec!["faq".to_owned(), index.to_string(), field.to_owned()];
        let question = line(&item.question, MAX_QUESTION);
        let answer = answer(&item.answer);
        match (question, answer) {
            (Ok(question), Ok(answer)) => checked.push(FaqItem { question, answer }),
            (question, answer) => {
                for (field, result) in [("question", question), ("answer", answer)] {
                    if let Err(message) = result {
                        problems.add_at(path(field), message);
                    }
                }
            }
        }
    }
    checked
}

fn answer(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    without_control_characters(text, &['\n', '\r', '\t'])?;
    at_most(text, MAX_ANSWER)?;
    Ok(text.to_owned())
}
