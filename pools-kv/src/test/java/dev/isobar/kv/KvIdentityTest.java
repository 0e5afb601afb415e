package dev.isobar.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

/// What enters the first digest, and keeps blocks of different engines apart.
class KvIdentityTest {

    private static final KvIdentity MODEL =
            KvIdentity.of("llama").with("weights.sha256", "aa").with("backend.device", "cuda:0");

    @Test
    void sameConfigs_haveTheSameRoot() {
        assertThat(root(MODEL))
                .isEqualTo(
                        root(
                                KvIdentity.of("llama")
                                        .with("backend.device", "cuda:0")
                                        .with("weights.sha256", "aa")));
    }

    /// Pinned: a change of the layout must be seen, since it empties every tier that outlives a process.
    @Test
    void root_isStableAcrossProcesses() {
        String arch = System.getProperty("os.arch");
        try {
            System.setProperty("os.arch", "amd64");
            assertThat(java.nio.ByteOrder.nativeOrder())
                    .isEqualTo(java.nio.ByteOrder.LITTLE_ENDIAN);
            assertThat(java.util.HexFormat.of().formatHex(root(MODEL)))
                    .isEqualTo("6151e535c61c38acd222c8d67e3bb92639e2ee493dbfbc67a8b301a26bcb6a28");
        } finally {
            System.setProperty("os.arch", arch);
        }
    }

    @Test
    void typesOfKeysAndValues_areHashedApart() {
        assertThat(root(shape(KvType.FLOAT16, KvType.Q8_0)))
                .isNotEqualTo(root(shape(KvType.Q8_0, KvType.FLOAT16)))
                .isNotEqualTo(root(shape(KvType.FLOAT16, KvType.FLOAT16)));
    }

    @Test
    void flashAttention_changesTheRoot() {
        assertThat(root(MODEL.with("flash-attention", "on")))
                .isNotEqualTo(root(MODEL.with("flash-attention", "off")))
                .isNotEqualTo(root(MODEL));
    }

    @Test
    void gpuLayerSplit_changesTheRoot() {
        assertThat(root(MODEL.with("gpu.layers", "20")))
                .isNotEqualTo(root(MODEL.with("gpu.layers", "21")));
    }

    @Test
    void backendDevice_changesTheRoot() {
        assertThat(root(MODEL.with("backend.device", "cuda:1"))).isNotEqualTo(root(MODEL));
    }

    @Test
    void weights_behindTheSameName_areToldApart() {
        assertThat(root(MODEL.with("weights.sha256", "bb"))).isNotEqualTo(root(MODEL));
    }

    @Test
    void absentProperty_isNotAnEmptyOne() {
        assertThat(root(KvIdentity.of("m").with("weights.sha256", "")))
                .isNotEqualTo(root(KvIdentity.of("m")));
    }

    @Test
    void otherShapes_haveOtherRoots() {
        KvShape eight = new KvShape(8, 1, 32, KvType.FLOAT16, KvType.FLOAT16, 16);
        KvShape nine = new KvShape(9, 1, 32, KvType.FLOAT16, KvType.FLOAT16, 16);
        KvShape longer = new KvShape(8, 1, 32, KvType.FLOAT16, KvType.FLOAT16, 32);
        assertThat(MODEL.root(eight))
                .isNotEqualTo(MODEL.root(nine))
                .isNotEqualTo(MODEL.root(longer));
    }

    @Test
    void fieldsDoNotRunIntoEachOther() {
        assertThat(root(KvIdentity.of("m").with("ab", "c")))
                .isNotEqualTo(root(KvIdentity.of("m").with("a", "bc")));
        assertThat(root(KvIdentity.of("ma").with("b", "c")))
                .isNotEqualTo(root(KvIdentity.of("m").with("ab", "c")));
    }

    @Test
    void platform_isInTheRoot() {
        String arch = System.getProperty("os.arch");
        byte[] here = root(MODEL);
        try {
            System.setProperty("os.arch", "vax");
            assertThat(root(MODEL)).isNotEqualTo(here);
        } finally {
            System.setProperty("os.arch", arch);
        }
    }

    @Test
    void blankModel_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KvIdentity.of(" "))
                .withMessageContaining("model");
    }

    private static byte[] root(KvIdentity identity) {
        return identity.root(Pools.shape(16));
    }

    private static byte[] root(KvShape shape) {
        return MODEL.root(shape);
    }

    private static KvShape shape(KvType keys, KvType values) {
        return new KvShape(8, 1, 32, keys, values, 16);
    }
}
