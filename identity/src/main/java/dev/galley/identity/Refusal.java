package dev.galley.identity;

/** Why a caller is not let in. Each dialect prints it in its own shape; all are 401. */
public sealed interface Refusal extends Identified {

    /** No key and no token where one is needed. */
    record KeyMissing() implements Refusal {}

    /** The {@code apikey} is none of ours. */
    record KeyUnknown() implements Refusal {}

    /**
     * Not three parts of base64url, or not the JSON of a token inside.
     *
     * @param what a whole sentence for the caller, such as {@code Expected 3 parts in JWT; got 2}
     */
    record Malformed(String what) implements Refusal {}

    /**
     * An algorithm that is never accepted, whatever the keys: {@code none}, an encryption, an unknown name.
     *
     * @param detail a whole sentence for the caller
     */
    record UnsupportedAlgorithm(String detail) implements Refusal {}

    /** No key of the set is for the token's algorithm, or none has the token's {@code kid}. */
    record NoSuitableKey() implements Refusal {}

    /** Tokens are not accepted here. */
    record TokensNotAccepted() implements Refusal {}

    record BadSignature() implements Refusal {}

    record Expired() implements Refusal {}

    record NotYetValid() implements Refusal {}

    /** Issued in the future. */
    record IssuedInFuture() implements Refusal {}

    record WrongAudience() implements Refusal {}

    record WrongIssuer() implements Refusal {}

    /** A claim that must be a string or number is something else. */
    record BadClaim(String claim) implements Refusal {}

    /** The role claim is not one of the roles that may be taken by a token. */
    record RoleNotAllowed(String role) implements Refusal {}
}
