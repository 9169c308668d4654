package dev.galley.postgres.idempotency;

import dev.galley.postgres.DatabaseException;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.postgres.RequestTransaction.Outcome;
import dev.galley.postgres.RowHandler;
import dev.galley.postgres.Statement;
import dev.galley.postgres.TransactionRequest;
import dev.galley.postgres.TransactionRequest.Commit;
import dev.galley.postgres.TransactionRequest.Continue;
import dev.galley.postgres.TransactionRequest.Decide;
import dev.galley.postgres.TransactionRequest.Ending;
import dev.galley.postgres.TransactionRequest.Next;
import dev.galley.postgres.TransactionRequest.Rollback;
import dev.galley.postgres.TransactionRequest.Step;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a request one that has its effect once per key.
 *
 * <p>The first step takes the key, and raises an error when that is not possible, so that the effect behind it in the same
 * round trip never happens. The last step, before the commit, keeps the answer. Effect and answer are one transaction: a crash
 * at any moment leaves both or neither. Whoever has no answer sends the request again, and gets the kept one when there is
 * one. An error is not kept: it has changed nothing.
 *
 * <p>The database itself finds out who calls (see {@code 001_answers.sql}), from settings that are the caller's again before
 * each of our steps.
 */
public final class IdempotentWrite {
    /** So many steps stand before those of the request itself. */
    public static final int STEPS_BEFORE = 1;

    private static final String BEGIN = "select galley.idempotency_begin($1, $2, $3)";
    private static final String END = "select galley.idempotency_end($1, $2::int, $3, $4::bytea, $5)";
    private static final String ANSWER = "select * from galley.idempotency_answer($1, $2, $3)";

    private IdempotentWrite() {}

    /** Why a key could not be taken. */
    public enum Verdict {
        /** The same request was answered before: {@link #replay}. */
        ANSWERED,
        /** The key was used for another request. */
        USED_OTHERWISE,
        /** A request with this key is not finished. */
        UNDER_WAY,
        /** This database has no place for answers. */
        NOT_INSTALLED
    }

    /** @param answer what to keep, asked when all rows have arrived; what it throws rolls back */
    public static TransactionRequest once(
            TransactionRequest request, IdempotencyKey key, Function<Outcome, StoredAnswer> answer) {
        List<Step> steps = new ArrayList<>(request.steps().size() + 1);
        steps.add(
                new Step(new Statement(BEGIN, texts(key.key(), key.fingerprint(), key.credential())), RowHandler.NONE));
        steps.addAll(request.steps());
        return new TransactionRequest(
                request.role(),
                request.settings(),
                false,
                false,
                steps,
                keeping(request, request.ending(), key, answer),
                request.timeout());
    }

    private static Ending keeping(
            TransactionRequest request, Ending ending, IdempotencyKey key, Function<Outcome, StoredAnswer> answer) {
        return switch (ending) {
            case Rollback rollback -> rollback;
            case Commit _ -> new Continue(soFar -> keep(request, key, answer.apply(soFar)));
            case Decide decide ->
                new Continue(soFar -> decide.keep().getAsBoolean()
                        ? keep(request, key, answer.apply(soFar))
                        : new Next(List.of(), new Rollback()));
            case Continue more ->
                new Continue(soFar -> {
                    Next next = more.next().apply(soFar);
                    boolean last = next.steps().isEmpty() && next.ending() instanceof Commit;
                    return last
                            ? keep(request, key, answer.apply(soFar))
                            : new Next(next.steps(), keeping(request, next.ending(), key, answer));
                });
        };
    }

    private static Next keep(TransactionRequest request, IdempotencyKey key, StoredAnswer answer) {
        Statement statement = new Statement(
                END,
                texts(
                        key.key(),
                        Integer.toString(answer.status()),
                        answer.headers(),
                        "\\x" + HexFormat.of().formatHex(answer.body()),
                        key.credential()));
        return new Next(List.of(new Step(statement, RowHandler.NONE, request.settings(), false)), new Commit());
    }

    /** Reads the kept answer; the receiver is not called when there is none any more. */
    public static TransactionRequest replay(
            TransactionRequest request, IdempotencyKey key, Consumer<StoredAnswer> receiver) {
        Statement statement = new Statement(ANSWER, texts(key.key(), key.fingerprint(), key.credential()));
        return new TransactionRequest(
                request.role(),
                request.settings(),
                true,
                false,
                List.of(new Step(statement, new AnswerRow(receiver))),
                new Commit(),
                request.timeout());
    }

    /** Empty when the request failed for a reason of its own. */
    public static Optional<Verdict> verdict(Throwable cause) {
        return cause instanceof DatabaseException failed
                        && failed.step().orElse(-1) == 0
                        && failed.failure() instanceof DatabaseFailure.Refused refused
                ? verdict(refused.sqlState())
                : Optional.empty();
    }

    private static Optional<Verdict> verdict(String sqlState) {
        return switch (sqlState) {
            // unique_violation: answered since the snapshot of this transaction was taken.
            case "GLY01", "23505" -> Optional.of(Verdict.ANSWERED);
            case "GLY02" -> Optional.of(Verdict.USED_OTHERWISE);
            case "GLY03" -> Optional.of(Verdict.UNDER_WAY);
            // undefined_function, invalid_schema_name, insufficient_privilege, undefined_table
            case "42883", "3F000", "42501", "42P01" -> Optional.of(Verdict.NOT_INSTALLED);
            default -> Optional.empty();
        };
    }

    private static List<byte @Nullable []> texts(String... values) {
        List<byte @Nullable []> bytes = new ArrayList<>(values.length);
        for (String value : values) {
            bytes.add(value.getBytes(StandardCharsets.UTF_8));
        }
        return bytes;
    }

    private record AnswerRow(Consumer<StoredAnswer> receiver) implements RowHandler {
        @Override
        public void row(ByteBuf row) {
            row.skipBytes(Short.BYTES);
            int status = Integer.parseInt(text(row));
            String headers = text(row);
            receiver.accept(new StoredAnswer(
                    status, headers, HexFormat.of().parseHex(text(row).substring(2))));
        }

        private static String text(ByteBuf row) {
            return row.readCharSequence(row.readInt(), StandardCharsets.UTF_8).toString();
        }

        @Override
        public boolean restart() {
            return true;
        }
    }
}
