package dev.galley.rest;

import dev.galley.http.JsonText;
import java.util.Optional;

/** A failure of one step of a transaction, which the answer names. */
final class TxFailure extends RuntimeException {
    private final int index;
    private final String name;
    private final Optional<Asked> asked;
    private final Throwable reason;

    /**
     * @param name empty for a step without one
     * @param asked what the step names itself; empty when it failed before it was understood
     */
    TxFailure(int index, String name, Optional<Asked> asked, Throwable reason) {
        super(reason);
        this.reason = reason;
        this.index = index;
        this.name = name;
        this.asked = asked;
    }

    Throwable reason() {
        return reason;
    }

    Optional<Asked> asked() {
        return asked;
    }

    /** The member {@code step} of the error. */
    String json() {
        StringBuilder json = new StringBuilder("{\"index\":").append(index);
        if (!name.isEmpty()) {
            json.append(",\"name\":");
            JsonText.quote(json, name);
        }
        return json.append('}').toString();
    }
}
