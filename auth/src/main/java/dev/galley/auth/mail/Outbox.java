package dev.galley.auth.mail;

import dev.galley.identity.StrictJson;
import dev.galley.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** Where messages wait to be sent: written in the transaction that they tell about, so that neither is without the other. */
public final class Outbox {

    private Outbox() {}

    /**
     * @param to one address
     * @param variables of the template, such as {@code ConfirmationURL} and {@code Token}
     */
    public static void mail(
            Connection connection,
            MailType type,
            String to,
            Map<String, String> variables,
            ObjectNode data,
            Instant now)
            throws SQLException {
        ObjectNode message = StrictJson.newObject().put("type", type.text()).put("to", to);
        ObjectNode values = message.putObject("variables");
        variables.forEach(values::put);
        message.set("data", data);
        put(connection, "email", message, now);
    }

    /**
     * @param to a phone number, digits only
     * @param until when the code in it ends: later it is not sent any more
     */
    public static void sms(Connection connection, String to, String text, Instant until, Instant now)
            throws SQLException {
        ObjectNode message =
                StrictJson.newObject().put("to", to).put("text", text).put("until", until.toString());
        put(connection, "sms", message, now);
    }

    private static void put(Connection connection, String channel, ObjectNode message, Instant now)
            throws SQLException {
        Sql.of(
                        "insert into galley.outbox (channel, message, made_at, next_attempt) values (?, ?::jsonb, ?, ?)",
                        channel,
                        StrictJson.write(message),
                        now,
                        now)
                .update(connection);
    }
}
