package dev.isobar.kv;

import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;

/// The sum of the digests of all that is in a place, word by word without carry between words: the order in
/// which they came does not matter, and a difference shows.
///
/// *Guarded by caller.*
final class DigestSum {

    private static final HexFormat HEX = HexFormat.of();

    private final long[] words = new long[DigestChain.WORDS];

    /// Adds the digest of a block, or takes it away.
    void count(BlockTable table, int block, int sign) {
        for (int word = 0; word < words.length; word++) {
            words[word] += sign * table.digest(block, word);
        }
    }

    void clear() {
        Arrays.fill(words, 0);
    }

    String hex() {
        return hex(words[0], words[1], words[2], words[3]);
    }

    /// The sum of digests in hexadecimal.
    static String of(Collection<String> digests) {
        DigestSum sum = new DigestSum();
        for (String digest : digests) {
            for (int word = 0; word < DigestChain.WORDS; word++) {
                sum.words[word] += HexFormat.fromHexDigitsToLong(digest, 16 * word, 16 * word + 16);
            }
        }
        return sum.hex();
    }

    /// A block's digest.
    static String hex(BlockTable table, int block) {
        return hex(
                table.digest(block, 0),
                table.digest(block, 1),
                table.digest(block, 2),
                table.digest(block, 3));
    }

    /// The digest of a block of a sequence.
    static String hex(DigestChain chain, int at) {
        return hex(chain.word(at, 0), chain.word(at, 1), chain.word(at, 2), chain.word(at, 3));
    }

    private static String hex(long w0, long w1, long w2, long w3) {
        return HEX.toHexDigits(w0)
                + HEX.toHexDigits(w1)
                + HEX.toHexDigits(w2)
                + HEX.toHexDigits(w3);
    }
}
