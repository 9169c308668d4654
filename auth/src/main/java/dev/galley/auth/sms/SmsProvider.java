package dev.galley.auth.sms;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * A service that sends SMS when a form is posted to it.
 *
 * @param authorization the header of that name
 * @param accepted whether its answer, with a status of success, says that it took the message
 */
public record SmsProvider(
        String name, URI url, Optional<String> authorization, Form form, Predicate<JsonNode> accepted) {

    /** What is posted. */
    @FunctionalInterface
    public interface Form {
        /** @param phone digits only */
        Map<String, String> of(String phone, String text);
    }

    /** Never prints a secret. */
    @Override
    public String toString() {
        return "SmsProvider[" + name + "]";
    }
}
