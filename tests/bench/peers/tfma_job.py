"""TensorFlow Model Analysis with its Fairness Indicators on a CSV, as its users run it on a data frame: the same 65 groups and 9
thresholds, no intervals. Prints one line of JSON like jobs.py."""
import json
import os
import sys
import time

os.environ.update(TF_CPP_MIN_LOG_LEVEL='3', CUDA_VISIBLE_DEVICES='-1')


def main(path):
    import pandas as pd
    import tensorflow_model_analysis as tfma
    from google.protobuf import text_format
    from fairness_indicators import fairness_indicators_metrics  # noqa: F401 (registers the metric)
    from tensorflow_model_analysis.proto import config_pb2
    config = text_format.Parse('''
        model_specs { label_key: "label" prediction_key: "prediction" }
        metrics_specs { metrics { class_name: "FairnessIndicators"
          module: "fairness_indicators.fairness_indicators_metrics" config: '{"thresholds": [%s]}' } }
        slicing_specs {}
        slicing_specs { feature_keys: "sex" } slicing_specs { feature_keys: "age" }
        slicing_specs { feature_keys: "region" } slicing_specs { feature_keys: "site" }
        ''' % ', '.join(str(t / 10) for t in range(1, 10)), config_pb2.EvalConfig())
    start = time.perf_counter()
    table = pd.read_csv(path).rename(columns={'score': 'prediction'})
    result = tfma.analyze_raw_data(table, config)
    took = time.perf_counter() - start
    print(json.dumps({'seconds': took, 'counted': None, 'slices': len(result.slicing_metrics)}))


if __name__ == '__main__':
    main(sys.argv[1])
