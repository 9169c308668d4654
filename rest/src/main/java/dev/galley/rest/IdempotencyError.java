package dev.galley.rest;

import static dev.galley.rest.ErrorReply.error;

/** What can be wrong with an {@code Idempotency-Key}, and how it is told. Statuses are those of the IETF's draft of the header. */
sealed interface IdempotencyError {

    record BadKey(int longest) implements IdempotencyError {}

    record UsedOtherwise() implements IdempotencyError {}

    record UnderWay() implements IdempotencyError {}

    record NotInstalled() implements IdempotencyError {}

    record AnswerTooLarge(int maxBytes) implements IdempotencyError {}

    default ErrorReply reply() {
        return switch (this) {
            case BadKey e ->
                error(400, "GLY-IDEM01", "The Idempotency-Key is not valid")
                        .details("It must be given once, as 1 to " + e.longest() + " printable ASCII characters.");
            case UsedOtherwise _ ->
                error(422, "GLY-IDEM02", "The Idempotency-Key was used for another request")
                        .hint("Use a new key for each request; send a retry unchanged.");
            case UnderWay _ ->
                error(409, "GLY-IDEM03", "A request with this Idempotency-Key is still under way")
                        .header("Retry-After", ErrorCatalogue.RETRY_AFTER_SECONDS);
            case NotInstalled _ ->
                error(501, "GLY-IDEM04", "This server keeps no answers for an Idempotency-Key")
                        .hint("Its database has none of the platform's objects; send the request without the header.");
            case AnswerTooLarge e ->
                error(413, "GLY-IDEM05", "The answer is too large to be kept for its Idempotency-Key")
                        .details("It would exceed " + e.maxBytes() + " bytes. Nothing was changed.")
                        .hint("Ask for fewer columns, or send Prefer: return=minimal.");
        };
    }
}
