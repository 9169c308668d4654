package dev.galley.rest;

import static dev.galley.rest.ErrorReply.error;

/** What can be wrong with a request of several steps beyond the steps themselves, and how it is told. In every case nothing was changed. */
sealed interface TxError {

    /** The request is not of the form. */
    record Malformed(String what) implements TxError {}

    record TooLarge(int maxBytes) implements TxError {}

    record TooManySteps(int most) implements TxError {}

    record TooManyRows(int most) implements TxError {}

    /** @param reference as it was written */
    record Unresolved(String reference, String why) implements TxError {}

    record Unexpected(long rows, String expected) implements TxError {}

    record NotPosted(String method) implements TxError {}

    default ErrorReply reply() {
        return switch (this) {
            case Malformed e -> error(400, "GLY-TX01", "The transaction cannot be read: " + e.what());
            case TooLarge e ->
                error(413, "GLY-TX02", "The transaction is too large")
                        .hint(
                                "At most " + e.maxBytes()
                                        + " bytes are allowed, with results put in for references; so are the results referred to.");
            case TooManySteps e ->
                error(400, "GLY-TX03", "The transaction has too many steps")
                        .hint("At most " + e.most() + " are allowed.");
            case TooManyRows e ->
                error(413, "GLY-TX04", "The steps together have too many rows")
                        .hint("At most " + e.most()
                                + " are answered. Ask for fewer with limit, or with return=minimal.");
            case Unresolved e ->
                error(422, "GLY-TX05", "The reference \"" + e.reference() + "\" leads nowhere: " + e.why());
            case Unexpected e ->
                error(412, "GLY-TX06", "The step has " + e.rows() + " rows, not " + e.expected() + " as expected");
            case NotPosted e ->
                error(405, "GLY-TX07", "A transaction cannot be sent by " + e.method())
                        .header("Allow", TxEndpoint.ALLOW);
        };
    }

    default RestException exception() {
        return new RestException(new RestError.InTransaction(this));
    }
}
