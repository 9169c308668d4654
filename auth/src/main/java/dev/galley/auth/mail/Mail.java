package dev.galley.auth.mail;

/** A mail as it is sent. */
public record Mail(String to, String subject, String html) {

    /** An SMS as the developer's mailbox shows it. */
    static Mail ofSms(String to, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        return new Mail(to, "SMS", "<p>" + escaped + "</p>");
    }

    /** Never prints what is in it: codes and links. */
    @Override
    public String toString() {
        return "Mail";
    }
}
