package dev.galley.auth.mail;

import dev.galley.postgres.PlatformDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.Optional;

/** Everything that makes mails leave: the sender of the outbox, and the mail server or the developer's mailbox behind it. */
public final class MailRoom {
    private static final System.Logger LOG = System.getLogger(MailRoom.class.getName());

    private final Optional<Mailbox> mailbox;
    private final Optional<SmtpCourier> smtp;
    private final Optional<OutboxSender> sender;

    public MailRoom(Vertx vertx, PlatformDatabase database, MailSettings settings, Clock clock) {
        this.smtp = settings.smtp().map(server -> new SmtpCourier(vertx, server));
        this.mailbox = smtp.isEmpty() && settings.mailbox()
                ? Optional.of(new Mailbox(vertx, settings.mailboxPort(), clock))
                : Optional.empty();
        Optional<Courier> courier = smtp.isPresent() ? smtp.map(to -> to) : mailbox.map(to -> to);
        this.sender = courier.map(to -> new OutboxSender(database, settings, to, clock));
    }

    public Future<Void> start() {
        if (sender.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    "No mail can be sent: set auth.email.smtp.host. Whatever needs a mail is answered with an error.");
        }
        sender.ifPresent(OutboxSender::start);
        return mailbox.map(Mailbox::start).orElseGet(Future::succeededFuture);
    }

    /** A message will be in the outbox as soon as the transaction under way has ended. */
    public void expect() {
        sender.ifPresent(OutboxSender::expect);
    }

    /** Where the developer reads mails; empty where there is no mailbox. */
    public Optional<String> mailboxUrl() {
        return mailbox.map(Mailbox::url);
    }

    public Future<Void> stop() {
        sender.ifPresent(OutboxSender::close);
        smtp.ifPresent(SmtpCourier::close);
        return mailbox.map(Mailbox::stop).orElseGet(Future::succeededFuture);
    }
}
