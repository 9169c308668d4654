package dev.galley.auth.account;

import java.util.List;

/** What OpenID Connect Core (5.1) calls what is known about a person, but for addresses. */
public final class StandardClaims {
    public static final List<String> NAMES = List.of(
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at");

    private StandardClaims() {}
}
