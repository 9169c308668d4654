package dev.galley.graphql;

import dev.galley.identity.Refusal;
import dev.galley.postgres.DatabaseException;
import dev.galley.postgres.DatabaseFailure;
import dev.galley.query.document.TooManyValues;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Failures as answers: status, headers and errors. */
record Replies(AnswerType type) {
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int INTERNAL = 500;
    private static final int UNAVAILABLE = 503;
    private static final String RETRY_AFTER = "Retry-After";

    Reply refused(Refusal refusal) {
        return new Reply(UNAUTHORIZED, Answers.errors(List.of(Answers.refusal(refusal)), false))
                .with("WWW-Authenticate", "Bearer");
    }

    /** Of what failed before anything was run. */
    Reply before(GraphqlException failure) {
        GraphqlError first = failure.errors().getFirst();
        if (first.status().isPresent()) {
            Reply reply = new Reply(first.status().get(), Answers.errors(failure.errors(), false));
            return first.retry() ? reply.with(RETRY_AFTER, "1") : reply;
        }
        boolean asIfRun = type == AnswerType.JSON
                && (first.code().equals(GraphqlError.BAD_USER_INPUT)
                        || first.code().equals(GraphqlError.VALIDATION_FAILED));
        return new Reply(type == AnswerType.JSON ? Reply.OK : BAD_REQUEST, Answers.errors(failure.errors(), asIfRun));
    }

    /** Of what failed while it was run. */
    Reply during(GraphqlException failure) {
        return failure.errors().getFirst().status().isPresent()
                ? before(failure)
                : new Reply(Reply.OK, Answers.errors(failure.errors(), true));
    }

    Reply tooMany(TooManyValues many) {
        return before(GraphqlError.of(GraphqlError.TOO_COMPLEX, "The operation has " + many.getMessage())
                .thrown());
    }

    /** @param keys of the operation's fields */
    Reply database(DatabaseException failed, List<String> keys) {
        List<GraphqlError> errors = List.of(Answers.failure(failed, keys));
        Optional<Duration> wait = retryAfter(failed.failure());
        return wait.isPresent()
                ? new Reply(UNAVAILABLE, Answers.errors(errors, false))
                        .with(RETRY_AFTER, Long.toString(Math.max(1, wait.get().toSeconds())))
                : new Reply(Reply.OK, Answers.errors(errors, true));
    }

    static Reply internal() {
        return new Reply(
                INTERNAL, Answers.errors(List.of(GraphqlError.of(GraphqlError.INTERNAL, "Internal error")), false));
    }

    private static Optional<Duration> retryAfter(DatabaseFailure failure) {
        return switch (failure) {
            case DatabaseFailure.Busy(var wait) -> Optional.of(wait);
            case DatabaseFailure.RoleBusy(var wait) -> Optional.of(wait);
            case DatabaseFailure.Unavailable(var _, var wait) -> Optional.of(wait);
            case DatabaseFailure.Refused _,
                    DatabaseFailure.OutcomeUnknown _,
                    DatabaseFailure.TimedOut _,
                    DatabaseFailure.RowTooLong _,
                    DatabaseFailure.Cancelled _ -> Optional.empty();
        };
    }
}
