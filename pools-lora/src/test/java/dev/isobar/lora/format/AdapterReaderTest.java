package dev.isobar.lora.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.isobar.memory.load.FileSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdapterReaderTest {

    @TempDir private Path folder;

    private final FileSources sources = new FileSources();
    private final AdapterReader reader = new AdapterReader(sources);

    @AfterEach
    void close() {
        sources.close();
    }

    @Test
    void read_aPeftFolder() {
        AdapterDescription adapter = reader.read(PeftFolder.small().write(folder));

        assertThat(adapter.rank()).isEqualTo(2);
        assertThat(adapter.baseModel()).isEqualTo("tiny");
        assertThat(adapter.bytes()).isEqualTo(64);
        assertThat(adapter.warnings()).isEmpty();
        LoraModule module = adapter.modules().getFirst();
        assertThat(module.name()).isEqualTo("layers.0.q_proj");
        assertThat(module.scale()).isEqualTo(2.0);
    }

    @Test
    void read_rsLora_scalesByTheRoot() {
        Path path =
                PeftFolder.small().settings("'r':2,'lora_alpha':4,'use_rslora':true").write(folder);

        assertThat(reader.read(path).modules().getFirst().scale()).isEqualTo(4 / Math.sqrt(2));
    }

    @Test
    void read_rankAndAlphaPatterns_firstMatchCounts() {
        Path path =
                new PeftFolder()
                        .pair("layers.0.q_proj", 2, 4)
                        .pair("layers.1.q_proj", 3, 4)
                        .settings(
                                """
                                'r':2,'lora_alpha':4,\
                                'rank_pattern':{'layers\\\\.1\\\\.q_proj':3,'q_proj':2},\
                                'alpha_pattern':{'^layers.1.q_proj':9}\
                                """)
                        .write(folder);

        AdapterDescription adapter = reader.read(path);

        assertThat(adapter.rank()).isEqualTo(3);
        assertThat(adapter.modules().get(0).scale()).isEqualTo(2.0);
        assertThat(adapter.modules().get(1).scale()).isEqualTo(3.0);
    }

    @Test
    void read_aTargetWithoutTensors_isAWarning() {
        Path path = PeftFolder.small().targets("['q_proj','v_proj']").write(folder);

        assertThat(reader.read(path).warnings())
                .containsExactly("target module v_proj has no tensors");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'use_dora':true; DoRA is not supported",
                "'modules_to_save':['lm_head']; modules to save are not supported: [\"lm_head\"]",
                "'lora_bias':true; LoRA biases are not supported",
                "'layer_replication':[[0,4],[2,5]]; layer replication is not supported",
                "'trainable_token_indices':{'embed_tokens':[1]}; trainable tokens are not supported",
                "'target_parameters':['experts.w1']; target parameters are not supported",
                "'use_qalora':true; QALoRA is not supported",
                "'use_bdlora':{'nblocks':2}; block-diagonal LoRA is not supported",
                "'alora_invocation_tokens':[1,2]; activated LoRA is not supported: [1,2]",
                "'invocation_string':'<s>'; activated LoRA is not supported",
                "'arrow_config':{'top_k':3}; Arrow is not supported",
                "'kasa_config':{'beta':1}; KaSA is not supported",
                "'velora_config':{'num_groups':4}; VeLoRA is not supported",
                "'monteclora_config':{'num_samples':8}; MonteCLoRA is not supported",
            })
    void read_whatIsNotSupported_isRefusedByName(String setting, String reason) {
        Path path = PeftFolder.small().settings("'r':2,'lora_alpha':4," + setting).write(folder);

        AdapterFormatException e = refusal(path);

        assertThat(e.fault()).isEqualTo(FormatFault.UNSUPPORTED);
        assertThat(e).hasMessageContaining(reason).hasMessageContaining("adapter_config.json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'lora_alpha':4; MISSING",
                "'r':2; MISSING",
                "'r':0,'lora_alpha':4; BAD_VALUE",
                "'r':2.5,'lora_alpha':4; BAD_VALUE",
                "'r':2,'lora_alpha':'x'; BAD_VALUE",
                "'r':2,'r':2,'lora_alpha':4; DUPLICATE_NAME",
                "'r':3,'lora_alpha':4; BAD_SHAPE",
                "'r':2,'lora_alpha':4,'rank_pattern':{'(':2}; BAD_VALUE",
                "'r':2,'lora_alpha':4,'rank_pattern':{'(?:){2000000000}':2}; TOO_MUCH",
                "'r':2,'lora_alpha':4,'rank_pattern':{'((){2000}){2000}x':2}; TOO_MUCH",
                "'r':2,'lora_alpha':4,'bias':'some'; BAD_VALUE",
                "'r':2,'lora_alpha':4,'layers_to_transform':'all'; BAD_TYPE",
                "'r':2,'lora_alpha':4,'exclude_modules':[1]; BAD_TYPE",
                "'r':2,'lora_alpha':4,'use_rslora':1; BAD_TYPE",
                "'r':2,'lora_alpha':4,'rank_pattern':[]; OK",
            })
    void read_badSettings_areRefused(String settings, String fault) {
        Path path = PeftFolder.small().settings(settings).write(folder);

        if (fault.equals("OK")) {
            assertThat(reader.read(path).rank()).isEqualTo(2);
        } else {
            assertThat(refusal(path).fault()).isEqualTo(FormatFault.valueOf(fault));
        }
    }

    @Test
    @Timeout(20)
    void read_aPatternThatWouldRunForEver_isRefused() {
        Path path =
                new PeftFolder()
                        .pair("a".repeat(60) + ".q_proj", 2, 4)
                        .settings("'r':2,'lora_alpha':4,'rank_pattern':{'.*.*.*.*.*.*b':2}")
                        .write(folder);

        assertThat(refusal(path).fault()).isEqualTo(FormatFault.TOO_MUCH);
    }

    @Test
    void read_pairsThatDoNotGoTogether_areRefusedByTensor() {
        String name = "base_model.model.layers.0.q_proj";
        AdapterFormatException alone =
                refusal(
                        new PeftFolder()
                                .tensor(name + ".lora_A.weight", 2, 4)
                                .write(folder.resolve("alone")));
        AdapterFormatException unlike =
                refusal(
                        new PeftFolder()
                                .tensor(name + ".lora_A.weight", 2, 4)
                                .tensor(name + ".lora_B.weight", 4, 3)
                                .write(folder.resolve("unlike")));

        assertThat(alone.fault()).isEqualTo(FormatFault.BAD_PAIR);
        assertThat(alone).hasMessageContaining("lora_A.weight': has no B beside it");
        assertThat(unlike).hasMessageContaining("lora_B.weight': has rank 3 by its shape [4, 3]");
    }

    @Test
    void read_otherTensors_areRefusedByName() {
        AdapterFormatException saved =
                refusal(
                        PeftFolder.small()
                                .tensor("base_model.model.lm_head.modules_to_save.weight", 2, 2)
                                .write(folder.resolve("saved")));
        AdapterFormatException untargeted =
                refusal(
                        PeftFolder.small()
                                .pair("layers.0.up_proj", 2, 4)
                                .write(folder.resolve("untargeted")));

        assertThat(saved).hasMessageContaining("a saved module is not supported");
        assertThat(untargeted).hasMessageContaining("not one of the target modules");
    }

    @Test
    void read_whatIsNotThere_namesThePath() {
        assertThatThrownBy(() -> reader.read(folder.resolve("none")))
                .isInstanceOf(AdapterFormatException.class)
                .hasMessageContaining("none");
        assertThatThrownBy(() -> reader.read(folder))
                .isInstanceOf(AdapterFormatException.class)
                .hasMessageContaining("adapter_config.json");
    }

    @Test
    void read_aGgufAdapter_alsoItsTurnedEmbedding() throws IOException {
        Path file = folder.resolve("a.gguf");
        Files.write(
                file,
                gguf(4, "adapter")
                        .tensor("blk.0.attn_q.weight.lora_a", 0, 0, 8, 2)
                        .tensor("blk.0.attn_q.weight.lora_b", 0, 64, 2, 8)
                        .tensor("token_embd.weight.lora_a", 0, 128, 2, 8)
                        .tensor("token_embd.weight.lora_b", 0, 192, 2, 8)
                        .pad(32)
                        .raw(HandMade.data(256))
                        .bytes());

        AdapterDescription adapter = reader.read(file);

        assertThat(adapter.format()).isEqualTo(AdapterDescription.Format.GGUF);
        assertThat(adapter.modules()).hasSize(2);
        assertThat(adapter.modules()).allMatch(module -> module.rank() == 2);
        assertThat(adapter.modules().getFirst().scale()).isEqualTo(4.0);
        assertThat(adapter.warnings()).containsExactly("the base model is not named");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "blk.0.ffn_up_exps.weight; 0; 64 8 4; 8 32 4; 8",
                "blk.0.attn_q.weight; 0; 64 8; 8 32; 8",
                "blk.0.attn_q.weight; 1; 64 8; 8 32; 8",
                "blk.0.attn_q.weight; 30; 64 8; 8 32; 8",
                "blk.0.attn_q.weight; 8; 64 32; 32 64; 32",
                "blk.0.attn_q.weight; 2; 64 32; 32 64; 32",
                "blk.0.attn_q.weight; 12; 256 256; 256 256; 256",
                "blk.0.attn_q.weight; 24; 64 8; 8 32; I8 is no type of weights",
                "blk.0.attn_q.weight; 99; 64 8; 8 32; unknown type 99",
                "blk.0.attn_q.weight; 8; 64 8; 8 32; rows of 8 elements",
                "blk.0.ffn_up_exps.weight; 0; 64 8 4; 8 32; has shape [32, 8]",
            })
    void read_ggufFeatures(String module, int type, String a, String b, String expected)
            throws IOException {
        Path file = folder.resolve("a.gguf");
        long[] shapeA = Stream.of(a.split(" ")).mapToLong(Long::parseLong).toArray();
        long[] shapeB = Stream.of(b.split(" ")).mapToLong(Long::parseLong).toArray();
        long bytesA = ggufBytes(type, shapeA);
        Files.write(
                file,
                gguf(2, "adapter")
                        .tensor(module + ".lora_a", type, 0, shapeA)
                        .tensor(module + ".lora_b", type, bytesA, shapeB)
                        .pad(32)
                        .raw(HandMade.data((int) (bytesA + ggufBytes(type, shapeB))))
                        .bytes());

        if (Character.isDigit(expected.charAt(0))) {
            LoraModule read = reader.read(file).modules().getFirst();
            assertThat(read.rank()).isEqualTo(Integer.parseInt(expected));
            assertThat(read.a().offset()).isEqualTo(read.b().offset() - bytesA);
        } else {
            assertThat(refusal(file)).hasMessageContaining(expected);
        }
    }

    /// Elements times bits, with what each block of 32 or 256 has besides.
    private static long ggufBytes(int type, long[] shape) {
        long elements = LongStream.of(shape).reduce(1, (x, y) -> x * y);
        return switch (type) {
            case 1, 30 -> elements * 2;
            case 2 -> elements / 32 * 18;
            case 8 -> elements / 32 * 34;
            case 12 -> elements / 256 * 144;
            case 24 -> elements;
            default -> elements * 4;
        };
    }

    @Test
    void read_whatGgufAdaptersMayHaveBesides_isRefusedByName() throws IOException {
        Path file = folder.resolve("norm.gguf");
        Files.write(
                file,
                gguf(1, "adapter")
                        .tensor("blk.0.attn_norm.weight", 0, 0, 8)
                        .pad(32)
                        .raw(HandMade.data(32))
                        .bytes());
        assertThat(refusal(file))
                .hasMessageContaining("'blk.0.attn_norm.weight': the weight of a norm");

        Files.write(
                file,
                HandMade.gguf(3, 0, 3)
                        .field("general.type", "adapter")
                        .field("adapter.type", "lora")
                        .text("adapter.alora.invocation_tokens")
                        .i32(9)
                        .i32(4)
                        .i64(1)
                        .i32(7)
                        .bytes());
        assertThat(refusal(file))
                .hasMessageContaining("invocation_tokens': activated LoRA is not supported");
    }

    @Test
    void read_aGgufModel_isNoAdapter() throws IOException {
        Path file = folder.resolve("model.gguf");
        Files.write(file, gguf(1, "model").tensor("t", 0, 0, 1).pad(32).f32(1).bytes());

        assertThat(refusal(file)).hasMessageContaining("'general.type': model is not supported");
    }

    private static HandMade gguf(int tensors, String type) {
        return HandMade.gguf(3, tensors, 3)
                .field("general.type", type)
                .field("adapter.type", "lora")
                .text("adapter.lora.alpha")
                .i32(6)
                .f32(8);
    }

    private AdapterFormatException refusal(Path path) {
        return catchThrowableOfType(AdapterFormatException.class, () -> reader.read(path));
    }
}
