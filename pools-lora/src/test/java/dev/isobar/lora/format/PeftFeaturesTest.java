package dev.isobar.lora.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.isobar.memory.load.FileSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What Hugging Face's PEFT 0.21 writes for its features: settings with all of its fields, and tensors by
/// its names and in its shapes, put together byte by byte.
class PeftFeaturesTest {

    /// All fields of a plain adapter, as PEFT writes them.
    private static final String PLAIN =
            """
            "alora_invocation_tokens": null, "alpha_pattern": {}, "arrow_config": null,
            "auto_mapping": null, "base_model_name_or_path": "tiny-random-llama", "bias": "none",
            "corda_config": null, "ensure_weight_tying": false, "eva_config": null,
            "exclude_modules": null, "fan_in_fan_out": false, "inference_mode": true,
            "init_lora_weights": true, "kasa_config": null, "layer_replication": null,
            "layers_pattern": null, "layers_to_transform": null, "loftq_config": {},
            "lora_alpha": 16, "lora_bias": false, "lora_dropout": 0.0, "lora_ga_config": null,
            "megatron_config": null, "megatron_core": "megatron.core", "modules_to_save": null,
            "monteclora_config": null, "peft_type": "LORA", "peft_version": "0.21.0",
            "qalora_group_size": 16, "r": 8, "rank_pattern": {}, "revision": null,
            "target_modules": ["q_proj", "v_proj"], "target_parameters": null,
            "task_type": "CAUSAL_LM", "trainable_token_indices": null, "use_bdlora": null,
            "use_dora": false, "use_qalora": false, "use_rslora": false, "velora_config": null\
            """;

    private static final String ATTENTION = "model.layers.%d.self_attn.%s";

    @TempDir private Path folder;

    private final FileSources sources = new FileSources();
    private final AdapterReader reader = new AdapterReader(sources);
    private final Map<String, int[]> tensors = new TreeMap<>();

    @AfterEach
    void close() {
        sources.close();
    }

    @Test
    void plain_isReadWithoutAWarning() {
        linear("q_proj", 8).linear("v_proj", 8);

        AdapterDescription adapter = read(Map.of());

        assertThat(adapter.warnings()).isEmpty();
        assertThat(adapter.modules())
                .extracting(LoraModule::name)
                .containsExactly(
                        "model.layers.0.self_attn.q_proj", "model.layers.0.self_attn.v_proj",
                        "model.layers.1.self_attn.q_proj", "model.layers.1.self_attn.v_proj");
        assertThat(adapter.modules()).allMatch(each -> each.scale() == 2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "bias; 'all'",
                "bias; 'lora_only'",
                "fan_in_fan_out; true",
                "lora_dropout; 0.1",
                "eva_config; {'rho': 2.0, 'tau': 0.99}",
                "init_lora_weights; 'eva'",
                "init_lora_weights; 'gaussian'",
                "init_lora_weights; 'orthogonal'",
                "init_lora_weights; 'mica'",
                "init_lora_weights; false",
                "megatron_config; {'tensor_model_parallel_size': 2}",
                "auto_mapping; {'base_model_class': 'Tiny', 'parent_library': 'tiny'}",
                "task_type; null",
                "revision; 'main'",
                "modules_to_save; []",
                "rank_pattern; null",
                "exclude_modules; ['k_proj']",
                "layers_to_transform; [0, 1]",
            })
    void whatChangesNothingAboutTheWeights_isLetPass(String field, String value) {
        linear("q_proj", 8).linear("v_proj", 8);

        AdapterDescription adapter = read(Map.of(field, value));

        assertThat(adapter.modules()).hasSize(4).allMatch(each -> each.scale() == 2);
        assertThat(adapter.warnings()).isEmpty();
    }

    @Test
    void unknownFields_areAWarning() {
        linear("q_proj", 8).linear("v_proj", 8);

        assertThat(read(Map.of("use_new_thing", "true")).warnings())
                .containsExactly("field use_new_thing is not known, and not heeded");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pissa", "pissa_niter_16", "olora", "corda", "lora_ga", "loftq"})
    void aStartThatChangesTheBase_isAWarning(String start) {
        linear("q_proj", 8).linear("v_proj", 8);

        assertThat(read(Map.of("init_lora_weights", "'" + start + "'")).warnings())
                .singleElement()
                .asString()
                .contains(start)
                .contains("the base model's weights must have been changed");
    }

    /// Patterns are tried in their order, against the end of the name after a dot, as
    /// `re.match(rf"(.*\.)?({key})$", name)` does.
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{'q_proj': 4}; 4 8 4 8",
                "{'layers.0.self_attn.q_proj': 4}; 4 8 8 8",
                "{'^model.layers.0.self_attn.q_proj': 4}; 4 8 8 8",
                "{'^layers.0.self_attn.q_proj': 4}; 8 8 8 8",
                "{'0.self_attn.q_proj': 4, 'q_proj': 2}; 4 8 2 8",
                "{'q_proj': 2, '0.self_attn.q_proj': 4}; 2 8 2 8",
                "{'proj': 4}; 8 8 8 8",
                "{'[qv]_proj': 4}; 4 4 4 4",
                "{'q_proj|v_proj': 4}; 4 4 4 4",
                "{'model.layers.1.*': 4}; 8 8 4 4",
                "{'(?P<kind>q)_proj': 4}; 4 8 4 8",
                "{'q_proj\\\\Z': 4}; 4 8 4 8",
                "{'layers\\\\.\\\\d\\\\.self_attn.v_proj': 4}; 8 4 8 4",
            })
    void rankAndAlphaPatterns_matchAsInPeft(String pattern, String expected) {
        int[] ranks = List.of(expected.split(" ")).stream().mapToInt(Integer::parseInt).toArray();
        for (int i = 0; i < ranks.length; i++) {
            pair(ATTENTION.formatted(i / 2, i % 2 == 0 ? "q_proj" : "v_proj"), ranks[i]);
        }

        List<LoraModule> byRank = read(Map.of("rank_pattern", pattern)).modules();
        List<LoraModule> rooted =
                read(Map.of("rank_pattern", pattern, "use_rslora", "true")).modules();
        List<LoraModule> both =
                read(Map.of("rank_pattern", pattern, "alpha_pattern", pattern)).modules();

        for (int i = 0; i < ranks.length; i++) {
            assertThat(byRank.get(i).rank()).isEqualTo(ranks[i]);
            assertThat(byRank.get(i).scale()).isEqualTo(16.0 / ranks[i]);
            assertThat(rooted.get(i).scale()).isEqualTo(16 / Math.sqrt(ranks[i]));
            assertThat(both.get(i).alpha()).isEqualTo(ranks[i] == 8 ? 16 : ranks[i]);
            assertThat(both.get(i).scale()).isEqualTo(ranks[i] == 8 ? 2 : 1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "'all-linear'; null; null; null; true",
                "'.*self_attn\\\\.(q|v)_proj'; null; null; null; true",
                "'self_attn.(q|v)_proj'; null; null; null; false",
                "null; null; null; null; true",
                "['self_attn.q_proj','v_proj']; null; null; null; true",
                "['proj']; null; null; null; false",
                "['q_proj','v_proj']; ['v_proj']; null; null; false",
                "['q_proj','v_proj']; '.*\\\\.1\\\\..*'; null; null; false",
                "['q_proj','v_proj']; null; [0,1]; null; true",
                "['q_proj','v_proj']; null; 0; null; false",
                "['q_proj','v_proj']; null; [0,1]; 'layers'; true",
                "['q_proj','v_proj']; null; [0,1]; ['h','layers']; true",
                "['q_proj','v_proj']; null; [0,1]; ['h']; false",
            })
    void targets_areFoundAsInPeft(
            String targets, String excluded, String layers, String pattern, boolean found) {
        linear("q_proj", 8).linear("v_proj", 8);
        Map<String, String> settings =
                Map.of(
                        "target_modules", targets,
                        "exclude_modules", excluded,
                        "layers_to_transform", layers,
                        "layers_pattern", pattern);

        if (found) {
            assertThat(read(settings).modules()).hasSize(4);
        } else {
            assertThat(refusal(settings))
                    .hasMessageContaining("lora_A.weight'")
                    .hasMessageContaining("not one of the target modules");
        }
    }

    @Test
    void embeddings_areRead_andTheCopyOfTheBaseIsNotLoaded() {
        linear("q_proj", 8);
        tensors.put("base_model.model.model.embed_tokens.base_layer.weight", new int[] {100, 16});
        tensors.put("base_model.model.model.embed_tokens.lora_embedding_A", new int[] {8, 100});
        tensors.put("base_model.model.model.embed_tokens.lora_embedding_B", new int[] {16, 8});

        AdapterDescription adapter = read(Map.of("target_modules", "['q_proj','embed_tokens']"));

        LoraModule embedding = adapter.modules().getFirst();
        assertThat(embedding.name()).isEqualTo("model.embed_tokens");
        assertThat(embedding.a().shape()).containsExactly(8L, 100L);
        assertThat(embedding.b().shape()).containsExactly(16L, 8L);
        assertThat(adapter.warnings())
                .containsExactly(
                        "base_model.model.model.embed_tokens.base_layer.weight is a copy of the base"
                                + " model's own weight, and not loaded");
        assertThat(adapter.bytes()).isEqualTo(adapter.file().dataBytes() - 100 * 16 * Float.BYTES);
        long position = 0;
        for (TensorInfo tensor : adapter.file().tensors()) {
            if (!tensor.name().contains("base_layer")) {
                assertThat(adapter.position(tensor)).isEqualTo(position);
                position += tensor.bytes();
            }
        }
    }

    @Test
    void convolutions_areRead_alsoGroupedOnes() {
        tensors.put("base_model.model.conv.lora_A.weight", new int[] {8, 3, 5, 5});
        tensors.put("base_model.model.conv.lora_B.weight", new int[] {16, 8, 1, 1});
        tensors.put("base_model.model.grouped.lora_A.weight", new int[] {8, 4, 3});
        tensors.put("base_model.model.grouped.lora_B.weight", new int[] {16, 2, 1});

        AdapterDescription adapter = read(Map.of("target_modules", "['conv','grouped']"));

        assertThat(adapter.modules()).extracting(LoraModule::rank).containsExactly(8, 8);
    }

    @Test
    void aLayerInsideOfALayer_isForTheOuterTarget() {
        tensors.put("base_model.model.attn.lora_A.weight", new int[] {8, 16});
        tensors.put("base_model.model.attn.lora_B.weight", new int[] {48, 8});
        tensors.put("base_model.model.attn.base_layer.out_proj.lora_A.weight", new int[] {8, 16});
        tensors.put("base_model.model.attn.base_layer.out_proj.lora_B.weight", new int[] {16, 8});

        AdapterDescription adapter = read(Map.of("target_modules", "['attn']"));

        assertThat(adapter.modules())
                .extracting(LoraModule::name)
                .containsExactly("attn", "attn.base_layer.out_proj");
        assertThat(adapter.warnings()).isEmpty();
    }

    @Test
    void tiedModules_mayHaveTensorsWithoutBeingNamed() {
        tensors.put("base_model.model.model.embed_tokens.lora_embedding_A", new int[] {8, 100});
        tensors.put("base_model.model.model.embed_tokens.lora_embedding_B", new int[] {16, 8});
        tensors.put("base_model.model.lm_head.lora_A.weight", new int[] {8, 16});
        tensors.put("base_model.model.lm_head.lora_B.weight", new int[] {100, 8});
        Map<String, String> settings =
                Map.of("target_modules", "['embed_tokens']", "ensure_weight_tying", "true");

        assertThat(read(settings).modules()).hasSize(2);
        assertThat(refusal(Map.of("target_modules", "['embed_tokens']")))
                .hasMessageContaining("lm_head.lora_A.weight");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "q_proj.lora_magnitude_vector; a DoRA magnitude",
                "q_proj.lora_B.bias; a LoRA bias",
                "q_proj.bias; a bias",
                "q_proj.base_layer.bias; a bias",
                "lm_head.weight; a whole weight",
                "embed_tokens.weight; a whole weight",
                "score.modules_to_save.weight; a saved module",
                "embed_tokens.token_adapter.trainable_tokens_delta; a trainable token",
                "q_proj.lora_diag; a tensor that is neither lora_A nor lora_B",
            })
    void otherTensors_areRefusedByName(String name, String kind) {
        linear("q_proj", 8).linear("v_proj", 8);
        tensors.put("base_model.model." + name, new int[] {16});

        AdapterFormatException e = refusal(Map.of("bias", "'all'"));

        assertThat(e.fault()).isEqualTo(FormatFault.UNSUPPORTED);
        assertThat(e.subject()).isEqualTo("base_model.model." + name);
        assertThat(e).hasMessageContaining(kind).hasMessageContaining("model.safetensors");
    }

    @Test
    void metadataOfOtherTools_isRead() throws IOException {
        Files.write(
                folder.resolve("f"),
                HandMade.safetensors(
                        "{\"__metadata__\":{\"format\":\"pt\",\"ss_tag_frequency\":\"{\\\"a\\\":1}\"}}  ",
                        new byte[0]));
        SafetensorsReader safetensors = new SafetensorsReader(FormatLimits.defaults());

        assertThat(safetensors.read("f", Files.readAllBytes(folder.resolve("f"))).metadata())
                .containsEntry("ss_tag_frequency", new MetadataValue.Text("{\"a\":1}"));
        assertThat(
                        safetensors
                                .read(
                                        "f",
                                        HandMade.safetensors(
                                                "{\"__metadata__\":null}", new byte[0]))
                                .metadata())
                .isEmpty();
    }

    private PeftFeaturesTest linear(String module, int rank) {
        pair(ATTENTION.formatted(0, module), rank);
        pair(ATTENTION.formatted(1, module), rank);
        return this;
    }

    private void pair(String module, int rank) {
        tensors.put("base_model.model." + module + ".lora_A.weight", new int[] {rank, 16});
        tensors.put("base_model.model." + module + ".lora_B.weight", new int[] {16, rank});
    }

    /// Writes the files, the tensors in an order of their own, and reads them.
    private AdapterDescription read(Map<String, String> settings) {
        String config = PLAIN;
        for (Map.Entry<String, String> each : settings.entrySet()) {
            String field = "\"" + each.getKey() + "\": ";
            String value = each.getValue().replace('\'', '"');
            config =
                    config.contains(field)
                            ? replaced(config, field, value)
                            : config + ", " + field + value;
        }
        List<String> names = new ArrayList<>(tensors.keySet());
        Collections.reverse(names);
        int[] at = {0};
        String header =
                names.stream()
                        .map(name -> entry(name, tensors.get(name), at))
                        .collect(
                                Collectors.joining(
                                        ",", "{\"__metadata__\":{\"format\":\"pt\"},", "}"));
        try {
            Files.writeString(folder.resolve("adapter_config.json"), "{" + config + "}");
            Files.write(
                    folder.resolve("adapter_model.safetensors"),
                    HandMade.safetensors(header + "   ", HandMade.data(at[0])));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return reader.read(folder);
    }

    /// The settings with another value in a field, which ends where the next one begins.
    private static String replaced(String config, String field, String value) {
        int begin = config.indexOf(field) + field.length();
        int next = config.indexOf(", \"", begin);
        int line = config.indexOf(",\n\"", begin);
        int end = line < 0 || (next >= 0 && next < line) ? next : line;
        if (config.startsWith("[", begin)) {
            end = config.indexOf(']', begin) + 1;
        }
        return config.substring(0, begin) + value + (end < 0 ? "" : config.substring(end));
    }

    private static String entry(String name, int[] shape, int[] at) {
        int begin = at[0];
        int elements = 1;
        for (int length : shape) {
            elements *= length;
        }
        at[0] += elements * Float.BYTES;
        return "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                .formatted(name, Arrays.toString(shape), begin, at[0]);
    }

    private AdapterFormatException refusal(Map<String, String> settings) {
        return catchThrowableOfType(AdapterFormatException.class, () -> read(settings));
    }
}
