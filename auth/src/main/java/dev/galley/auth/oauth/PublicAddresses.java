package dev.galley.auth.oauth;

import java.net.InetAddress;

/** Which addresses are out in the internet: not this computer, its network, or what providers of clouds keep there for machines. */
final class PublicAddresses {
    private PublicAddresses() {}

    static boolean contains(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? publicV4(at(bytes, 0), at(bytes, 1), at(bytes, 2)) : publicV6(bytes);
    }

    private static boolean publicV4(int a, int b, int c) {
        boolean carrier = a == 100 && b >= 64 && b < 128;
        boolean special =
                a == 0 || a >= 240 || (a == 192 && b == 0 && (c == 0 || c == 2)) || (a == 192 && b == 88 && c == 99);
        boolean test = (a == 198 && (b == 18 || b == 19 || (b == 51 && c == 100))) || (a == 203 && b == 0 && c == 113);
        return !carrier && !special && !test;
    }

    /** Only 2000::/3 is in use; of it, not what carries another address in itself (6to4, Teredo) nor documentation. */
    private static boolean publicV6(byte[] bytes) {
        int first = at(bytes, 0) << 8 | at(bytes, 1);
        int second = at(bytes, 2) << 8 | at(bytes, 3);
        return first >= 0x2000
                && first < 0x4000
                && first != 0x2002
                && !(first == 0x2001 && (second == 0 || second == 0xdb8));
    }

    private static int at(byte[] bytes, int index) {
        return bytes[index] & 0xff;
    }
}
