package dev.galley.auth.provider;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What an application asks to know of a user: names separated by spaces. */
record Scopes(Set<String> names) {
    static final String OPENID = "openid";
    static final String EMAIL = "email";
    static final String PROFILE = "profile";
    static final String PHONE = "phone";

    static final List<String> SUPPORTED = List.of(OPENID, PROFILE, EMAIL, PHONE, "offline_access");

    static Scopes of(String text) {
        Set<String> names = new LinkedHashSet<>();
        Arrays.stream(text.split(" ", -1)).filter(name -> !name.isEmpty()).forEach(names::add);
        return new Scopes(names);
    }

    boolean has(String name) {
        return names.contains(name);
    }

    boolean within(Scopes others) {
        return others.names.containsAll(names);
    }

    boolean supported() {
        return !names.isEmpty() && SUPPORTED.containsAll(names);
    }

    Scopes and(Scopes others) {
        Set<String> all = new LinkedHashSet<>(names);
        all.addAll(others.names);
        return new Scopes(all);
    }

    Scopes onlyOf(Scopes others) {
        Set<String> both = new LinkedHashSet<>(names);
        both.retainAll(others.names);
        return new Scopes(both);
    }

    String text() {
        return String.join(" ", names);
    }
}
