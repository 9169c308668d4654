package dev.galley.auth.mail;

import io.vertx.core.Vertx;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.StartTLSOptions;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Hands mails to a mail server. */
final class SmtpCourier implements Courier, AutoCloseable {
    private final MailSettings.Smtp smtp;
    private final MailClient client;

    SmtpCourier(Vertx vertx, MailSettings.Smtp smtp) {
        this.smtp = smtp;
        MailConfig config = new MailConfig()
                .setHostname(smtp.host())
                .setPort(smtp.port())
                .setSsl(smtp.security() == MailSettings.Security.TLS)
                .setStarttls(
                        switch (smtp.security()) {
                            case TLS -> StartTLSOptions.DISABLED;
                            case STARTTLS -> StartTLSOptions.REQUIRED;
                            case OPPORTUNISTIC -> StartTLSOptions.OPTIONAL;
                        })
                .setLogin(smtp.user().isPresent() ? LoginOption.REQUIRED : LoginOption.NONE)
                .setMaxPoolSize(4);
        config.setConnectTimeout((int) smtp.timeout().toMillis());
        config.setHostnameVerificationAlgorithm("HTTPS");
        smtp.user().ifPresent(config::setUsername);
        smtp.password().ifPresent(config::setPassword);
        this.client = MailClient.create(vertx, config);
    }

    @Override
    public void deliver(Mail mail) throws DeliveryException {
        MailMessage message = new MailMessage()
                .setFrom("\"" + smtp.senderName().replaceAll("[\"\\\\\\p{Cntrl}]", "") + "\" <" + smtp.senderAddress()
                        + ">")
                .setTo(mail.to())
                .setSubject(mail.subject())
                .setHtml(mail.html());
        try {
            client.sendMail(message)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(smtp.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            // The server's words may repeat the address, never the text.
            throw new DeliveryException(String.valueOf(
                    failed.getCause() == null
                            ? failed.getMessage()
                            : failed.getCause().getMessage()));
        } catch (TimeoutException late) {
            throw new DeliveryException("the mail server has not answered in time");
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new DeliveryException("interrupted");
        }
    }

    @Override
    public void close() {
        var _ = client.close();
    }
}
