use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::support::{TestApp, spawn};

struct Talk(BufReader<TcpStream>);

impl Talk {
    async fn with(app: &TestApp) -> Talk {
        let url = app.sandbox.smtp_url();
        let stream = TcpStream::connect(url.trim_start_matches("smtp://")).await.unwrap();
        let mut talk = Talk(BufReader::new(stream));
        assert!(talk.hear().await.starts_with("220 "));
        talk
    }

    /// The last line of an answer.
    async fn hear(&mut self) -> String {
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).await.unwrap();
            if line.as_bytes().get(3) != Some(&b'-') {
                return line.trim_end().to_owned();
            }
        }
    }

    async fn say(&mut self, line: &str) -> String {
        self.0.get_mut().write_all(format!("{line}\r\n").as_bytes()).await.unwrap();
        self.hear().await
    }
}

#[actix_web::test]
async fn the_practice_server_speaks_smtp() {
    let app = spawn().await;
    let mut talk = Talk::with(&app).await;
    for (line, code) in [
        ("MAIL FROM:<a@b.example>", "503"),
        ("EHLO test", "250"),
        ("NOOP", "250"),
        ("RCPT TO:<c@d.example>", "503"),
        ("MAIL FROM:<a@b.example> SIZE=99999999", "552"),
        ("MAIL FROM:a@b.example", "501"),
        ("MAIL FROM:<a@b.example> SIZE=100 BODY=8BITMIME", "250"),
        ("DATA", "503"),
        ("RCPT TO:<nobody>", "501"),
        ("RSET", "250"),
        ("RCPT TO:<c@d.example>", "503"),
        ("MAIL FROM:<a@b.example>", "250"),
        ("RCPT TO:<c@d.example>", "250"),
        ("RCPT TO:<e@f.example>", "250"),
        ("VRFY a", "500"),
        ("DATA", "354"),
    ] {
        assert!(talk.say(line).await.starts_with(code), "{line}");
    }
    let answer = talk.say("Subject: one\r\n\r\n..dots\r\n...\r\nend\r\n.").await;
    assert!(answer.starts_with("250"), "{answer}");
    let mails = app.mailbox();
    assert_eq!((mails[0].from.as_str(), mails[0].to.join(" ").as_str()), ("a@b.example", "c@d.example e@f.example"));
    assert_eq!(mails[0].raw, "Subject: one\r\n\r\n.dots\r\n..\r\nend\r\n");
    talk.say("MAIL FROM:<a@b.example>").await;
    talk.say("RCPT TO:<c@d.example>").await;
    talk.say("DATA").await;
    let large = "x".repeat(1000) + "\r\n";
    assert!(talk.say(&format!("{}.", large.repeat(1100))).await.starts_with("552"));
    assert!(talk.say("QUIT").await.starts_with("221"));
    assert_eq!(app.mailbox().len(), 1);
}

#[actix_web::test]
async fn the_outbox_shows_what_came() {
    let app = spawn().await;
    let page = app.client().get(&app.sandbox.outbox_url()).await;
    assert!(page.text().contains("None yet"));
    super::queue_kind(&app, quittance::domain::mail::MailKind::Receipt, &app.debt().create());
    app.send_mail().await;
    let page = app.client().get(&app.sandbox.outbox_url()).await;
    assert_eq!(page.texts("main li a"), ["Your receipt from Harbor Lane Services is ready"]);
    let page = app.client().get(&format!("{}/1", app.sandbox.outbox_url())).await;
    assert!(page.text().contains("A receipt is ready for you"), "{}", page.text());
    assert_eq!(page.attributes("iframe", "sandbox"), [""]);
    assert!(page.count("main a[href*=\"/d/\"]") == 1 && page.text().contains("Auto-Submitted: auto-generated"));
    assert_eq!(app.client().get(&format!("{}/2", app.sandbox.outbox_url())).await.status, 404);
}
