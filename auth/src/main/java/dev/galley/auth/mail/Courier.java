package dev.galley.auth.mail;

/** Takes mails to where they are read. */
@FunctionalInterface
public interface Courier {

    /**
     * Blocks until it is delivered.
     *
     * @throws DeliveryException when it was not; it may be tried again
     */
    void deliver(Mail mail) throws DeliveryException;

    /** Says why, without the text of the mail. */
    final class DeliveryException extends Exception {
        DeliveryException(String message) {
            super(message);
        }
    }
}
