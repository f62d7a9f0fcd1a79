from tellapart.jobs.failures import is_out_of_memory


def test_each_backend_says_in_its_own_way_that_memory_ran_out() -> None:
    class ResourceExhaustedError(Exception):
        pass

    class OutOfMemory(Exception):
        __module__ = "onnxruntime.capi.onnxruntime_pybind11_state"

    assert is_out_of_memory(ResourceExhaustedError())
    assert is_out_of_memory(RuntimeError("DefaultCPUAllocator: can't allocate memory"))
    assert is_out_of_memory(RuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying"))
    assert is_out_of_memory(OutOfMemory("std::bad_alloc"))
    assert not is_out_of_memory(RuntimeError("shapes differ"))
