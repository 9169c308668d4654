package dev.galley.identity;

import java.util.Optional;

/**
 * Who calls: verified, and allowed to act as the role.
 *
 * @param role the database role
 * @param claims the claims of the token as the JSON text that {@code request.jwt.claims} gets; the role is among them
 * @param subject the claim {@code sub}
 * @param authenticated false for a caller without a token of their own (no key, or the publishable key): a refusal is 401 then, else 403
 */
public record Caller(String role, String claims, Optional<String> subject, boolean authenticated)
        implements Identified {}
