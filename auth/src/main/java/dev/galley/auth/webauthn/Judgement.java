package dev.galley.auth.webauthn;

import dev.galley.auth.account.PublicKeyCredential;

/** Whether what an authenticator has signed holds. */
public sealed interface Judgement {

    /** @param credential as it is after the signature */
    record Good(PublicKeyCredential credential) implements Judgement {}

    /** Its count went back or stood still: there is another with the same key. */
    record CountedBack() implements Judgement {}

    /** Another origin, party, challenge, key or credential; not verified though it must be; or no answer at all. */
    record Bad() implements Judgement {}
}
