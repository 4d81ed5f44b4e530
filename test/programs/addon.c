// A native addon with one function, burnAddon(ms), that spins in C.
#include <node_api.h>
#include <time.h>

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

__attribute__((noinline)) double addon_spin(double ms) {
  double end = now_ms() + ms, sum = 0;
  while (now_ms() < end)
    for (int i = 1; i < 20000; i++) sum += 1.0 / (i + sum);
  return sum;
}

static napi_value burn_addon(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument, result;
  double ms = 0;
  napi_get_cb_info(env, info, &count, &argument, NULL, NULL);
  napi_get_value_double(env, argument, &ms);
  napi_create_double(env, addon_spin(ms), &result);
  return result;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "burnAddon", NAPI_AUTO_LENGTH, burn_addon, NULL, &function);
  napi_set_named_property(env, exports, "burnAddon", function);
  return exports;
}
