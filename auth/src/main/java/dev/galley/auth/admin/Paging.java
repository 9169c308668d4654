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
        return new Paging(
                request,
                number(request, "page", 1, Integer.MAX_VALUE),
                number(request, "per_page", PER_PAGE, MOST_PER_PAGE));
    }

    long offset() {
        return (page - 1L) * size;
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
        StringBuilder rest = new StringBuilder("&per_page=").append(size);
        for (String name : parameters) {
            request.query(name)
                    .ifPresent(value -> rest.append('&')
                            .append(name)
                            .append('=')
                            .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        }
        String lastLink = link(path, last, rest, "last");
        String links = page < last ? link(path, page + 1L, rest, "next") + ", " + lastLink : lastLink;
        return reply.with("X-Total-Count", Long.toString(total)).with("Link", links);
    }

    private static String link(String path, long page, CharSequence rest, String relation) {
        return "<" + path + "?page=" + page + rest + ">; rel=\"" + relation + "\"";
    }
}
