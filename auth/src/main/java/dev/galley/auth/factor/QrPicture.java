package dev.galley.auth.factor;

import io.nayuki.qrcodegen.QrCode;

/** A text as a QR code, drawn as SVG. Has no # in it: clients put it into a data address as it is. */
public final class QrPicture {
    private static final int MARGIN = 4;
    private static final int PIXELS_PER_MODULE = 3;

    private QrPicture() {}

    public static String svg(String text) {
        QrCode code = QrCode.encodeText(text, QrCode.Ecc.MEDIUM);
        int size = code.size + 2 * MARGIN;
        StringBuilder path = new StringBuilder();
        for (int y = 0; y < code.size; y++) {
            for (int x = 0; x < code.size; x++) {
                if (code.getModule(x, y)) {
                    path.append('M')
                            .append(x + MARGIN)
                            .append(' ')
                            .append(y + MARGIN)
                            .append("h1v1h-1z");
                }
            }
        }
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">"
                        .formatted(size * PIXELS_PER_MODULE, size * PIXELS_PER_MODULE, size, size)
                + "<rect width=\"100%\" height=\"100%\" fill=\"white\"/><path fill=\"black\" d=\"" + path
                + "\"/></svg>";
    }
}
