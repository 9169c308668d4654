package dev.galley.auth.admin;

import dev.galley.auth.edge.AuthRequest;
import dev.galley.auth.edge.Reply;
import dev.galley.auth.error.AuthError;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Which page of a list is wanted ({@code page}, {@code per_page}), and where the others are. */
record Paging(AuthRequest request, int page, int size) {
    private static final int PER_PAGE = 50;
    private static final int MOST_PER_PAGE = 1_000;

    static Paging of(AuthRequest request) {
        return new Paging(request, number(request, "page", 1, Integer.MAX_VALUE), number(request, "per_page"));
    }

    long offset() {
        return (page - 1L) * size;
    }

    /** How many on a page, by the parameter of this name. */
    static int number(AuthRequest request, String name) {
        return number(request, name, PER_PAGE, MOST_PER_PAGE);
    }

    private static int number(AuthRequest request, String name, int fallback, int most) {
        Optional<String> text = request.query(name);
        if (text.isEmpty()) {
            return fallback;
        }
        if (!text.get().matches("[0-9]{1,9}") || Integer.parseInt(text.get()) < 1) {
            throw AuthError.invalid("Bad Pagination Parameters: " + name + " must be a number above 0")
                    .thrown();
        }
        return Math.min(most, Integer.parseInt(text.get()));
    }

    /**
     * Says where the next and the last page are.
     *
     * @param path of the list
     * @param parameters of the request that the links repeat
     */
    Reply tell(Reply reply, String path, long total, List<String> parameters) {
        long last = Math.max(1, (total + size - 1) / size);
        String rest = "&per_page=" + size + repeated(request, parameters);
        String lastLink = link(path, last, rest, "last");
        String links = page < last ? link(path, page + 1L, rest, "next") + ", " + lastLink : lastLink;
        return reply.with("X-Total-Count", Long.toString(total)).with("Link", links);
    }

    /** These parameters of the request once more. */
    static String repeated(AuthRequest request, List<String> parameters) {
        StringBuilder rest = new StringBuilder();
        for (String name : parameters) {
            request.query(name)
                    .ifPresent(value -> rest.append('&')
                            .append(name)
                            .append('=')
                            .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        }
        return rest.toString();
    }

    private static String link(String path, long page, String rest, String relation) {
        return "<" + path + "?page=" + page + rest + ">; rel=\"" + relation + "\"";
    }
}
