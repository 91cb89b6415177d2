//! Mail as it leaves: what the SMTP server gets, and what is said when it does not.

use imprenta::config::{Config, Environment};
use imprenta::mail::{Mail, mailer};

use crate::support::SmtpServer;

const TOKEN: &str = "pO5hWm1Tq-bKx0_a7dUe2Zc9RfYvL3nS8gJiHo4t6Xw";

fn mail(to: &str) -> Mail {
    Mail {
        to: to.to_owned(),
        subject: "Ein neues Paßwort für Zoë".to_owned(),
        text: format!(
            "Grüße, Zoë!\n\nhttps://www.example.org/new-password#token={TOKEN}\n.\n..und Schluß\n"
        ),
    }
}

fn settings<const N: usize>(variables: [(&str, &str); N]) -> Config {
    Config::from_environment(&Environment::from(variables)).unwrap()
}

async fn send(url: &str, mail: Mail) -> Result<(), String> {
    let from = "Büro <office@example.org>";
    let mailer = mailer(&settings([("SMTP_URL", url), ("MAIL_FROM", from)])).unwrap();
    mailer.send(mail).await.map_err(|error| error.to_string())
}

#[tokio::test]
async fn the_server_gets_the_whole_text_with_date_and_id() {
    let server = SmtpServer::start().await;
    send(server.url(), mail("zoe@example.org")).await.unwrap();
    let received = server.next_mail().await;
    assert_eq!(received.from, "office@example.org");
    assert_eq!(received.to, ["zoe@example.org"]);
    assert_eq!(
        received.text().trim_end(),
        mail("zoe@example.org").text.trim_end()
    );
    assert_eq!(received.header("Content-Type"), "text/plain; charset=utf-8");
    assert_eq!(received.header("To"), "zoe@example.org");
    assert!(received.header("From").contains("<office@example.org>"));
    assert!(received.header("Date").ends_with("+0000"));
    assert_eq!(received.header("Auto-Submitted"), "auto-generated");
    let id = received.header("Message-ID");
    assert!(id.starts_with('<') && id.ends_with("@example.org>"), "{id}");
    assert!(received.data.is_ascii());
}

#[tokio::test]
async fn an_address_is_one_recipient_and_a_subject_one_line() {
    let server = SmtpServer::start().await;
    for to in [
        "zoe@example.org, eve@example.org",
        "zoe@example.org\r\nBcc: eve@example.org",
        "zoe@example.org> SIZE=1\r\nRCPT TO:<eve@example.org",
        "",
    ] {
        let said = send(server.url(), mail(to)).await.unwrap_err();
        assert!(said.contains("the mail cannot be written"), "{said}");
    }
    let subject = "Hello\r\nBcc: eve@example.org".to_owned();
    let mail = Mail {
        subject,
        ..mail("zoe@example.org")
    };
    send(server.url(), mail).await.unwrap();
    let received = server.next_mail().await;
    assert_eq!(received.to, ["zoe@example.org"]);
    assert_eq!(received.header("Bcc"), "");
    assert!(!server.has_mail().await);
}

#[tokio::test]
async fn what_goes_wrong_is_told_without_the_mail() {
    let server = SmtpServer::start().await;
    let said = send(server.url(), mail("refused@example.org")).await;
    assert!(said.unwrap_err().contains("550"));
    let said = send(server.url(), mail("filtered@example.org"))
        .await
        .unwrap_err();
    assert!(said.contains("554") && said.contains("left out"), "{said}");
    assert!(!said.contains(TOKEN), "{said}");
    let url = format!("{}?tls=required", server.url());
    let said = send(&url, mail("zoe@example.org")).await.unwrap_err();
    assert!(said.contains("STARTTLS"), "{said}");
    assert!(!server.has_mail().await);
    // Nothing listens there.
    let said = send("smtp://127.0.0.1:1", mail("zoe@example.org")).await;
    assert!(said.unwrap_err().contains("refused"));
}

#[tokio::test]
async fn without_a_server_only_the_embedded_database_s_log_gets_mail() {
    let embedded = mailer(&settings([])).unwrap();
    assert!(embedded.send(mail("zoe@example.org")).await.is_ok());
    let url = "postgresql://ana@localhost/blog";
    let production = mailer(&settings([("DATABASE_URL", url)])).unwrap();
    let error = production.send(mail("zoe@example.org")).await.unwrap_err();
    assert!(error.to_string().contains("SMTP_URL is not set"));
}

#[test]
fn neither_the_password_nor_a_mail_s_text_is_shown() {
    let url = "smtps://ana:s3cret@mail.example.org";
    let config = settings([("SMTP_URL", url), ("MAIL_FROM", "ana@example.org")]);
    let shown = format!(
        "{config:?} {:?} {:?}",
        mailer(&config).unwrap(),
        mail("zoe@example.org")
    );
    assert!(
        !shown.contains("s3cret") && !shown.contains(TOKEN),
        "{shown}"
    );
}
