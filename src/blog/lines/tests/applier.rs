//! What `patch` does, without its leniency.

/// The new text, of the old one and a unified diff. It stops at the first line that does not fit.
pub(super) fn apply(old: &str, diff: &str) -> Result<String, String> {
    let old: Vec<_> = old.split_inclusive('\n').collect();
    let mut new = Vec::new();
    let mut position = 0;
    let mut lines = diff.split_inclusive('\n').peekable();
    while let Some(header) = lines.next() {
        let [old_range, new_range] = ranges(header)?;
        new.extend_from_slice(&old[position..old_range.start]);
        position = old_range.start;
        if new.len() != new_range.start {
            return Err(format!("{} lines before {header}", new.len()));
        }
        while position < old_range.end || new.len() < new_range.end {
            let line = lines.next().ok_or("the end within a hunk")?;
            let (mark, mut line) = line.split_at(1);
            if lines.next_if(|next| next.starts_with('\\')).is_some() {
                line = &line[..line.len() - 1];
            }
            if mark != "+" {
                if old.get(position) != Some(&line) {
                    return Err(format!("{line:?} is not line {position} of the old text"));
                }
                position += 1;
            }
            if mark != "-" {
                new.push(line);
            }
        }
    }
    new.extend_from_slice(&old[position..]);
    Ok(new.concat())
}

fn ranges(header: &str) -> Result<[std::ops::Range<usize>; 2], String> {
    let wrong = || format!("not a header: {header:?}");
    let inside = header.strip_prefix("@@ -").ok_or_else(wrong)?;
    let inside = inside.strip_suffix(" @@\n").ok_or_else(wrong)?;
    let (old, new) = inside.split_once(" +").ok_or_else(wrong)?;
    let range = |text: &str| {
        let (start, length) = text.split_once(',').ok_or_else(wrong)?;
        let start: usize = start.parse().map_err(|_| wrong())?;
        let length: usize = length.parse().map_err(|_| wrong())?;
        let start = if length == 0 { start } else { start - 1 };
        Ok::<_, String>(start..start + length)
    };
    Ok([range(old)?, range(new)?])
}
