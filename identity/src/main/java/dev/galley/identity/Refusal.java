package dev.galley.identity;

/** Why a caller is not let in. Each dialect prints it in its own shape; all are 401. */
public sealed interface Refusal extends Identified {

    /** No key and no token where one is needed. */
    record KeyMissing() implements Refusal {}

    /** The {@code apikey} is none of ours. */
    record KeyUnknown() implements Refusal {}

    /** Not three parts of base64url, or not JSON inside. */
    record Malformed(String what) implements Refusal {}

    /** The algorithm is none that the key set allows, or no key of the set has the token's {@code kid}. */
    record NoSuitableKey() implements Refusal {}

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
