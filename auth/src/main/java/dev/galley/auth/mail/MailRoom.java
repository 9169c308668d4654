package dev.galley.auth.mail;

import dev.galley.auth.mail.Courier.DeliveryException;
import dev.galley.auth.sms.SmsSender;
import dev.galley.auth.sms.SmsSettings;
import dev.galley.identity.StrictJson;
import dev.galley.postgres.PlatformDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything that makes messages leave: the senders of the outbox, and behind them the mail server, the provider for SMS, or the
 * developer's mailbox for what there is neither for.
 */
public final class MailRoom {
    private static final System.Logger LOG = System.getLogger(MailRoom.class.getName());

    private final MailSettings settings;
    private final boolean mailsByHook;
    private final Optional<Mailbox> mailbox;
    private final Optional<SmtpCourier> smtp;
    private final Optional<SmsSender> sms;
    private final List<OutboxSender> senders = new ArrayList<>();

    /** @param mailsByHook whether no mail comes into the outbox, because a hook sends them */
    public MailRoom(
            Vertx vertx,
            PlatformDatabase database,
            MailSettings settings,
            SmsSettings texts,
            boolean mailsByHook,
            Clock clock) {
        this.settings = settings;
        this.mailsByHook = mailsByHook;
        this.smtp = settings.smtp().map(server -> new SmtpCourier(vertx, server));
        this.sms = texts.provider().map(provider -> new SmsSender(provider, texts.timeout()));
        this.mailbox = settings.mailbox() && (smtp.isEmpty() || sms.isEmpty())
                ? Optional.of(new Mailbox(vertx, settings.mailboxPort(), clock))
                : Optional.empty();
        Optional<Courier> courier = smtp.isPresent() ? smtp.map(to -> to) : mailbox.map(to -> to);
        courier.ifPresent(to -> senders.add(
                new OutboxSender(database, "email", settings.attempts(), message -> to.deliver(mail(message)), clock)));
        if (sms.isPresent() || mailbox.isPresent()) {
            senders.add(new OutboxSender(database, "sms", texts.attempts(), this::text, clock));
        }
    }

    private Mail mail(ObjectNode message) {
        Map<String, String> variables = new HashMap<>();
        for (Map.Entry<String, JsonNode> variable : message.path("variables").properties()) {
            variables.put(variable.getKey(), variable.getValue().asString(""));
        }
        ObjectNode data = message.path("data") instanceof ObjectNode object ? object : StrictJson.newObject();
        return settings.templates()
                .render(
                        MailType.of(message.path("type").asString()),
                        message.path("to").asString(),
                        variables,
                        data);
    }

    private void text(ObjectNode message) throws DeliveryException {
        String to = message.path("to").asString();
        String text = message.path("text").asString();
        if (sms.isEmpty()) {
            mailbox.orElseThrow().deliver(Mail.ofSms("+" + to, text));
            return;
        }
        try {
            sms.get().send(to, text);
        } catch (IOException failed) {
            throw new DeliveryException(String.valueOf(failed.getMessage()));
        }
    }

    public Future<Void> start() {
        if (settings.smtp().isEmpty() && mailbox.isEmpty() && !mailsByHook) {
            LOG.log(
                    Level.WARNING,
                    "No mail can be sent: set auth.email.smtp.host. Whatever needs a mail is answered with an error.");
        }
        senders.forEach(OutboxSender::start);
        return mailbox.map(Mailbox::start).orElseGet(Future::succeededFuture);
    }

    /** A message will be in the outbox as soon as the transaction under way has ended. */
    public void expect() {
        senders.forEach(OutboxSender::expect);
    }

    /** Where the developer reads messages; empty where there is no mailbox. */
    public Optional<String> mailboxUrl() {
        return mailbox.map(Mailbox::url);
    }

    public Future<Void> stop() {
        senders.forEach(OutboxSender::close);
        smtp.ifPresent(SmtpCourier::close);
        sms.ifPresent(SmsSender::close);
        return mailbox.map(Mailbox::stop).orElseGet(Future::succeededFuture);
    }
}
