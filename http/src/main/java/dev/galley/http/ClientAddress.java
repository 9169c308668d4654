package dev.galley.http;

import dev.galley.settings.SettingsException;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end. {@code X-Forwarded-For} is read from right to left and only as far as trusted proxies wrote it:
 * everything further left may have been made up by the client.
 */
final class ClientAddress {
    private final List<Network> trusted;

    ClientAddress(List<String> trustedProxies) {
        this.trusted = trustedProxies.stream().map(Network::parse).toList();
    }

    String of(String peer, @Nullable String forwardedFor) {
        if (forwardedFor == null || trusted.isEmpty() || !trusted(peer)) {
            return peer;
        }
        String client = peer;
        int end = forwardedFor.length();
        while (end >= 0) {
            int comma = forwardedFor.lastIndexOf(',', end - 1);
            String hop = forwardedFor.substring(comma + 1, end).trim();
            byte @Nullable [] address = parse(hop);
            if (address == null) {
                return client;
            }
            client = hop;
            if (!trusted(address)) {
                return client;
            }
            end = comma;
        }
        return client;
    }

    boolean trusted(String address) {
        byte @Nullable [] bytes = parse(address);
        return bytes != null && trusted(bytes);
    }

    private boolean trusted(byte[] address) {
        for (Network network : trusted) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /** Literal addresses only: a name would be looked up. */
    private static byte @Nullable [] parse(String text) {
        try {
            return InetAddress.ofLiteral(text).getAddress();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** @param bits the length of the prefix that must be equal */
    private record Network(List<Byte> prefix, int bits) {
        static Network parse(String text) {
            int slash = text.indexOf('/');
            byte @Nullable [] address = ClientAddress.parse(slash < 0 ? text : text.substring(0, slash));
            if (address == null) {
                throw new SettingsException("http.trusted-proxies: '" + text + "' is no address and no network");
            }
            int bits = slash < 0 ? address.length * 8 : prefixLength(text, slash, address.length * 8);
            return new Network(boxed(address), bits);
        }

        boolean contains(byte[] address) {
            if (address.length != prefix.size()) {
                return false;
            }
            for (int bit = 0; bit < bits; bit += 8) {
                int mask = bits - bit >= 8 ? 0xff : (0xff << (8 - (bits - bit))) & 0xff;
                if (((address[bit / 8] ^ prefix.get(bit / 8)) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }

        private static int prefixLength(String text, int slash, int max) {
            try {
                int bits = Integer.parseInt(text.substring(slash + 1));
                if (bits >= 0 && bits <= max) {
                    return bits;
                }
            } catch (NumberFormatException e) {
                // Said below, with the range.
            }
            throw new SettingsException("http.trusted-proxies: the prefix length of '" + text + "' is not 0 to " + max);
        }

        private static List<Byte> boxed(byte[] bytes) {
            Byte[] boxed = new Byte[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
                boxed[i] = bytes[i];
            }
            return List.of(boxed);
        }
    }
}
