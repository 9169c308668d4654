package dev.galley.postgres.wire;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.exception.ScramException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** One SCRAM-SHA-256 login, bound to the TLS channel when the server offers that. */
final class Scram {
    /** PostgreSQL's own is 4096; a server that asks for far more wants to keep us busy. */
    private static final int MOST_ITERATIONS = 1_000_000;

    private final ScramClient client;
    private final String first;
    private boolean proved;

    Scram(List<String> mechanisms, String password, Optional<byte[]> tlsBinding) throws IOException {
        try {
            var builder = ScramClient.builder()
                    .advertisedMechanisms(mechanisms)
                    .username("*") // ignored: PostgreSQL takes the name of the startup message
                    .password(password.toCharArray());
            client = tlsBinding
                    .map(hash -> builder.channelBinding("tls-server-end-point", hash))
                    .orElse(builder)
                    .build();
            first = client.clientFirstMessage().toString();
        } catch (IllegalArgumentException e) {
            throw new IOException("no common way to log in: the server offers " + mechanisms, e);
        }
    }

    String mechanism() {
        return client.getScramMechanism().getName();
    }

    String first() {
        return first;
    }

    /** Slow on purpose: not for an event loop. */
    String answer(String serverFirst) throws IOException {
        try {
            if (client.serverFirstMessage(serverFirst).getIterationCount() > MOST_ITERATIONS) {
                throw new IOException("the server asks for too many iterations");
            }
            return client.clientFinalMessage().toString();
        } catch (ScramException | IllegalArgumentException | IllegalStateException e) {
            throw new IOException("the server's SCRAM message cannot be used", e);
        }
    }

    void finish(String serverFinal) throws IOException {
        try {
            client.serverFinalMessage(serverFinal);
            proved = true;
        } catch (ScramException | IllegalArgumentException | IllegalStateException e) {
            throw new IOException("the server did not prove that it knows the password", e);
        }
    }

    boolean serverProved() {
        return proved;
    }
}
