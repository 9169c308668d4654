package dev.galley.rest;

import java.util.OptionalInt;

/** Which HTTP status stands for which SQLSTATE, as PostgREST decides it. */
final class SqlStates {
    private SqlStates() {}

    /** @param authenticated without an identity of their own a caller who may not is asked to show one: 401 instead of 403 */
    static int status(String state, String message, boolean authenticated) {
        OptionalInt single = single(state, message, authenticated);
        return single.isPresent() ? single.getAsInt() : ofClass(state);
    }

    private static OptionalInt single(String state, String message, boolean authenticated) {
        return switch (state) {
            case "23503", "23505" -> OptionalInt.of(409);
            case "25006" -> OptionalInt.of(405);
            case "21000" -> OptionalInt.of(message.endsWith("requires a WHERE clause") ? 400 : 500);
            case "22023" -> {
                boolean noRole = message.startsWith("role") && message.endsWith("does not exist");
                yield OptionalInt.of(noRole ? 401 : 400);
            }
            case "42501" -> OptionalInt.of(authenticated ? 403 : 401);
            case "42883" -> OptionalInt.of(message.startsWith("function xmlagg(") ? 406 : 404);
            case "42P01" -> OptionalInt.of(404);
            case "42P17", "53400" -> OptionalInt.of(500);
            case "57P01", "57P02", "57P03" -> OptionalInt.of(503);
            case "P0001" -> OptionalInt.of(400);
            default -> state.startsWith("PT") ? OptionalInt.of(raised(state)) : OptionalInt.empty();
        };
    }

    /** {@code RAISE SQLSTATE 'PT402'} asks for that status. */
    private static int raised(String state) {
        try {
            int status = Integer.parseInt(state.substring(2));
            return status >= 200 && status <= 599 ? status : 500;
        } catch (NumberFormatException e) {
            return 500;
        }
    }

    private static int ofClass(String state) {
        if (state.length() != 5) return 500;
        return switch (state.substring(0, 2)) {
            case "08", "53" -> 503;
            case "0L", "0P", "28" -> 403;
            case "09", "25", "2D", "38", "39", "3B", "40", "54", "55", "57", "58", "F0", "HV", "P0", "XX" -> 500;
            default -> 400;
        };
    }
}
