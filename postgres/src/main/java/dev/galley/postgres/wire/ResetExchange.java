package dev.galley.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Removes what a transaction may have left in the session, and closes the connection when something is left that cannot be
 * removed. Runs behind the answer of the request: no caller waits for it, but the next one does. See {@link LoopPool}.
 */
final class ResetExchange implements Exchange {
    /**
     * The parts of DISCARD ALL that keep the statements of this client; then the question whether somebody has made a
     * statement with PREPARE, which could stand under the name of one of ours. Sent as text, because a prepared statement
     * could itself have been replaced.
     */
    private static final String SQL = """
            RESET SESSION AUTHORIZATION;RESET ALL;CLOSE ALL;UNLISTEN *;DISCARD TEMP;DISCARD SEQUENCES;\
            SELECT pg_catalog.pg_advisory_unlock_all(),EXISTS(SELECT FROM pg_catalog.pg_prepared_statement() WHERE from_sql)""";

    /**
     * The same for a session that may be another one for the next request, so that it stands in front of each. A transaction of its own:
     * whether the next one may write is decided by what is set before it.
     */
    static final List<String> TRANSACTION = List.of(
            "BEGIN",
            "RESET SESSION AUTHORIZATION",
            "RESET ALL",
            "CLOSE ALL",
            "UNLISTEN *",
            "DISCARD TEMP",
            "DISCARD SEQUENCES",
            "COMMIT");

    private final WireConnection connection;
    private final Runnable whenClean;
    private boolean foreignStatement;
    private @Nullable ServerError error;

    ResetExchange(WireConnection connection, Runnable whenClean) {
        this.connection = connection;
        this.whenClean = whenClean;
    }

    @Override
    public void encode(ByteBuf out) {
        FrontendMessages.query(out, SQL);
    }

    @Override
    public void row(ByteBuf body) {
        foreignStatement = body.getByte(body.writerIndex() - 1) != 'f';
    }

    @Override
    public void failed(ServerError serverError) {
        error = serverError;
    }

    @Override
    public void ready(byte status) {
        if (error != null || status != 'I') {
            connection.close("could not be reset: " + error);
        } else if (foreignStatement) {
            connection.close("a request left a prepared statement");
        } else if (!connection.isUtf8()) {
            connection.close("a request left another encoding");
        } else {
            whenClean.run();
        }
    }

    @Override
    public void lost(String reason) {}
}
