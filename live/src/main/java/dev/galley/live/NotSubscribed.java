package dev.galley.live;

/** What a caller wishes to hear cannot be had; the message is for the developer of the client. */
public final class NotSubscribed extends Exception {
    NotSubscribed(String message) {
        super(message);
    }
}
