package dev.galley.auth.oauth;

/** A provider did not answer as it must. The message is for the operator's log and holds nothing of the answer. */
public final class ProviderFailure extends Exception {
    ProviderFailure(String message) {
        super(message);
    }
}
