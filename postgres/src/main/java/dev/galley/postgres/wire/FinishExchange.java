package dev.galley.postgres.wire;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last round trip of an explicit transaction: its COMMIT or ROLLBACK. */
final class FinishExchange implements Exchange {
    private static final byte[] UNNAMED = {};

    private final CallerRequest owner;
    private final RequestExchange first;
    private final boolean commit;
    private final @Nullable ServerError cause;
    private long sequence;
    private @Nullable ServerError error;

    /** @param cause why the transaction is rolled back, if it failed */
    FinishExchange(CallerRequest owner, RequestExchange first, boolean commit, @Nullable ServerError cause) {
        this.owner = owner;
        this.first = first;
        this.commit = commit;
        this.cause = cause;
    }

    void start() {
        first.connection().submit(this);
        sequence = first.connection().submitted();
    }

    boolean mayHaveCommitted() {
        return commit && first.connection().sent() >= sequence && error == null;
    }

    @Override
    public void encode(ByteBuf out) {
        FrontendMessages.parse(out, UNNAMED, commit ? "COMMIT" : "ROLLBACK");
        FrontendMessages.bindAndExecute(out, UNNAMED, List.of());
        FrontendMessages.sync(out);
    }

    @Override
    public void failed(ServerError serverError) {
        error = serverError;
    }

    @Override
    public void ready(byte status) {
        if (status != 'I') {
            // A cancel request that came late has hit the COMMIT or ROLLBACK itself: closing undoes the transaction.
            // This exchange is
            // in flight no more, so that nobody else tells its owner.
            String reason = "a transaction could not be ended";
            first.connection().close(reason);
            lost(reason);
            return;
        }
        owner.finished(first, commit, error == null ? cause : error);
    }

    @Override
    public void lost(String reason) {
        owner.lostAtEnd(first, this, cause, reason);
    }
}
