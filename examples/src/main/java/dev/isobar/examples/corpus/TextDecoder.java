package dev.isobar.examples.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Tells text from everything else. Files come from anywhere, so at most [#MAX_BYTES] of one are
/// read, and only well-formed UTF-8 without zero bytes counts as text.
final class TextDecoder {

    /// Larger files are skipped: 8 MiB.
    static final int MAX_BYTES = 8 << 20;

    private TextDecoder() {}

    /// Reads a file to its end.
    ///
    /// @return the text, or why it is none
    /// @throws IOException if it cannot be read
    static TextSource.Found decode(String file, InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            return new TextSource.Found.Skipped(file, "larger than 8 MiB");
        }
        for (byte b : bytes) {
            if (b == 0) {
                return new TextSource.Found.Skipped(file, "binary");
            }
        }
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return new TextSource.Found.Text(file, text.replace("\r\n", "\n"));
        } catch (CharacterCodingException _) {
            return new TextSource.Found.Skipped(file, "not UTF-8");
        }
    }
}
