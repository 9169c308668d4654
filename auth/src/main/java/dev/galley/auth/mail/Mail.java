package dev.galley.auth.mail;

/** A mail as it is sent. */
public record Mail(String to, String subject, String html) {
    /** Never prints what is in it: codes and links. */
    @Override
    public String toString() {
        return "Mail";
    }
}
