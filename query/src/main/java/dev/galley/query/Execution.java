package dev.galley.query;

import dev.galley.postgres.RequestTransaction;
import dev.galley.postgres.TransactionRequest;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One run of a {@link Plan}: the steps to hand to {@link RequestTransaction}, and the printed rows afterwards. Confined to an event loop. */
public interface Execution {

    List<TransactionRequest.Step> steps();

    /** The number of rows printed so far; final when all steps have run. For a {@link TransactionRequest.Decide}. */
    long rows();

    /** How many of the first steps prepare the transaction rather than do something in it. */
    int preparing();

    /** What is printed so far; its end may be missing. Stays the execution's. */
    ByteBuf printed();

    /** {@link Result#inserted}, final when all steps have run. */
    OptionalLong inserted();

    Result result(RequestTransaction.Outcome outcome);

    /**
     * What PostgreSQL said of the statement that gives the estimate, JSON; of an {@link Explained} one, with every relation and
     * function that it touches.
     */
    default String estimate() {
        return "";
    }

    /** Releases the buffer of an execution that gives no result. */
    void discard();

    /**
     * The answer.
     *
     * @param body the printed rows; the receiver releases it
     * @param rows the number of rows in it, or for a write without rows the number written
     * @param total the count that was asked for
     * @param key the primary key columns and their values of a single row written, when asked for
     * @param inserted for an insert that may merge, the number of rows that were new rather than updated, when asked for by an
     *     {@link Insert.OnConflict}
     * @param headers the run-time parameter {@code response.headers} that the database set, JSON text
     * @param status the run-time parameter {@code response.status}
     */
    record Result(
            ByteBuf body,
            long rows,
            OptionalLong total,
            List<KeyColumn> key,
            OptionalLong inserted,
            Optional<String> headers,
            Optional<String> status) {}

    record KeyColumn(String column, Optional<String> value) {}
}
