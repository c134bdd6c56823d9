"""Attacks on the machine by a learner's view. Each says what it got, and it has to have got nothing.

An attack sets `result` to what came of it: "refused" where an OSError with EPERM or EACCES came.
"""

import os
import platform
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.jail import Jail, Project, Verdict
from sandbox.jail.lockdown.seccomp import ALLOWED
from sandbox.jail.lockdown.syscalls import machine_table
from sandbox.jail.tests.conftest import Still

Answer = Callable[..., Verdict]

WRAP = """
libc = ctypes.CDLL(None, use_errno=True)
def call(*arguments):
    value = libc.syscall(*(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))
    if value < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return value
try:
{attack}
    result = "got through: " + repr(got)
except OSError as error:
    refusals = (errno.EPERM, errno.EACCES, errno.ENOSYS)
    result = "refused" if error.errno in refusals else f"other: {{error!r}}"
"""

REFUSED = {
    # Escape
    "fork": "got = os.fork()",
    "vfork_by_clone": "got = call(56, 0x4111, 0, 0, 0, 0)",
    "clone3": "got = call(435, ctypes.create_string_buffer(88), 88)",
    "clone_new_user_thread": "got = call(56, 0x3d0f00 | 0x10000000, 0, 0, 0, 0)",
    "exec": "got = os.execv('/bin/true', ['true'])",
    "exec_own_python": "got = os.execv(sys.executable, ['python', '-c', '1'])",
    "execveat": "got = call(322, -100, b'/bin/true', 0, 0, 0)",
    "subprocess": "import subprocess; got = subprocess.run(['true'])",
    "posix_spawn": "got = os.posix_spawn('/bin/true', ['true'], {})",
    "system_by_fork_server": "import multiprocessing; got = multiprocessing.Process(target=print).start()",
    "unshare_user": "got = call(272, 0x10000000)",
    "setns": "got = call(308, 3, 0)",
    "mount": "got = call(165, b'none', b'/', b'tmpfs', 0, 0)",
    "pivot_root": "got = call(155, b'.', b'.')",
    "chroot": "got = os.chroot('/')",
    "setuid_root": "got = os.setuid(0)",
    "setgroups": "got = os.setgroups([0])",
    "ptrace": "got = call(101, 0, 0, 0, 0)",
    "ptrace_zygote": "got = call(101, 16, os.getppid(), 0, 0)",
    "process_vm_readv": "got = call(310, os.getppid(), 0, 0, 0, 0, 0)",
    "pidfd_open": "got = call(434, os.getppid(), 0)",
    "pidfd_getfd": "got = call(438, 3, 0, 0)",
    "kill_zygote": "got = os.kill(os.getppid(), signal.SIGKILL)",
    "kill_everybody": "got = os.kill(-1, signal.SIGKILL)",
    "tgkill_zygote": "got = call(234, os.getppid(), os.getppid(), 9)",
    "sigqueue": "got = call(129, os.getppid(), 10, ctypes.create_string_buffer(128))",
    "pidfd_send_signal": "got = call(424, 3, 9, 0, 0)",
    "process_vm_writev": "got = call(311, os.getppid(), 0, 0, 0, 0, 0)",
    "process_madvise": "got = call(440, 3, 0, 0, 8, 0)",
    "compare_with_zygote": "got = call(312, os.getpid(), os.getppid(), 1, 0, 0)",
    "kill_own_group": "got = os.killpg(0, signal.SIGKILL)",
    "unshare_everything": "got = call(272, 0x7e020000)",
    "unshare_network": "got = call(272, 0x40000000)",
    "new_mount_api": "got = call(430, b'tmpfs', 0)",
    "open_tree": "got = call(428, -100, b'/', 1)",
    "move_mount": "got = call(429, -100, b'/', -100, b'/tmp', 0)",
    "mount_setattr": "got = call(442, -100, b'/', 0, ctypes.create_string_buffer(32), 32)",
    "unmount": "got = call(166, b'/', 2)",
    "request_key": "got = call(249, b'user', b'x', 0, -3)",
    "keyctl": "got = call(250, 0, -3, 1)",
    "add_key": "got = call(248, b'user', b'x', b'y', 1, -3)",
    "io_uring": "got = call(425, 8, ctypes.create_string_buffer(120))",
    "io_uring_enter": "got = call(426, 3, 1, 0, 0, 0, 0)",
    "io_uring_register": "got = call(427, 3, 0, 0, 0)",
    "bpf": "got = call(321, 0, 0, 0)",
    "perf_event_open": "got = call(298, ctypes.create_string_buffer(112), 0, -1, -1, 0)",
    "userfaultfd": "got = call(323, 0)",
    "another_seccomp_filter": "got = call(317, 1, 0, 0)",
    "prctl_dumpable": "got = call(157, 4, 1, 0, 0, 0)",
    "prctl_no_new_privs_off": "got = call(157, 38, 0, 0, 0, 0)",
    "another_landlock": "got = call(444, 0, 0, 1)",
    "landlock_again": "got = call(446, 3, 0)",
    "prctl_seccomp": "got = call(157, 22, 2, 0, 0, 0)",
    "prctl_ptracer": "got = call(157, 0x59616d61, -1, 0, 0, 0)",
    "modify_ldt": "got = call(154, 1, ctypes.create_string_buffer(16), 16)",
    "personality": "got = call(135, 0x0040000)",
    "clock_settime": "got = call(227, 0, ctypes.create_string_buffer(16))",
    "settimeofday": "got = call(164, ctypes.create_string_buffer(16), 0)",
    "adjtimex": "got = call(159, ctypes.create_string_buffer(208))",
    "setdomainname": "got = call(171, b'x', 1)",
    "sethostname": "got = socket.sethostname('x')",
    "reboot": "got = call(169, 0xfee1dead, 672274793, 0x1234567, 0)",
    "init_module": "got = call(175, b'x', 1, b'')",
    "finit_module": "got = call(313, 3, b'', 0)",
    "kexec_load": "got = call(246, 0, 0, 0, 0)",
    "kernel_log": "got = call(103, 3, ctypes.create_string_buffer(100), 100)",
    "process_accounting": "got = call(163, 0)",
    "quota": "got = call(179, 0, 0, 0, 0)",
    "watch_files": "got = call(253)",
    "watch_mounts": "got = call(300, 0, 0)",
    "secret_memory": "got = call(447, 0)",
    "lock_memory": "got = call(151, 1)",
    "place_memory": "got = call(238, 0, 0, 0)",
    "choose_processors": "got = os.sched_setaffinity(0, {0})",
    "real_time": "got = call(144, 0, 1, ctypes.create_string_buffer(b'\\x01\\0\\0\\0', 4))",
    "vmsplice": "got = call(278, 1, 0, 0, 0)",
    "swapon": "got = call(167, b'/x', 0)",
    "ioperm": "got = call(173, 0, 1, 1)",
    "daemonise": "got = os.setsid()",
    "new_process_group": "got = os.setpgid(0, 0)",
    "nice": "got = os.nice(-5)",
    "raise_limits_politely": (
        "try: resource.setrlimit(resource.RLIMIT_NOFILE, (10**6, 10**6)); got = 'raised'\n"
        "except ValueError as error: raise PermissionError(1, str(error))"
    ),
    "raise_cpu_limit": "got = call(160, 0, (ctypes.c_ulong * 2)(1000, 1000))",
    "raise_memory_limit": "got = call(302, 0, 9, (ctypes.c_ulong * 2)(1 << 40, 1 << 40), 0)",
    "limit_of_zygote": "got = call(302, os.getppid(), 7, ctypes.create_string_buffer(16), 0)",
    "file_handle": "got = call(304, -100, ctypes.create_string_buffer(128), 0)",
    # Network
    "tcp": "got = socket.socket(socket.AF_INET)",
    "tcp6": "got = socket.socket(socket.AF_INET6)",
    "udp": "got = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "raw_socket": "got = socket.socket(socket.AF_INET, socket.SOCK_RAW)",
    "unix_socket": "got = socket.socket(socket.AF_UNIX)",
    "netlink": "got = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "vsock": "got = socket.socket(40, socket.SOCK_STREAM)",
    "packet": "got = socket.socket(17, socket.SOCK_RAW)",
    "kernel_crypto": "got = socket.socket(38, socket.SOCK_SEQPACKET)",
    "datagram_pair": "got = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
    "bind_channel": "got = call(49, 3, ctypes.create_string_buffer(b'\\x01\\x00\\x00x'), 4)",
    "connect_channel": "got = call(42, 3, ctypes.create_string_buffer(b'\\x01\\x00\\x00x'), 4)",
    "name_lookup": (
        "try: got = socket.getaddrinfo('example.com', 80)\n"
        "except socket.gaierror as error: raise PermissionError(1, str(error))"
    ),
    "http": (
        "import urllib.error, urllib.request\n"
        "try: got = urllib.request.urlopen('http://127.0.0.1:8000/', timeout=2)\n"
        "except urllib.error.URLError as error: raise error.reason"
    ),
    "asyncio_connection": "import asyncio; got = asyncio.run(asyncio.open_connection('127.0.0.1', 8000))",
    # Files
    "read_passwd": "got = open('/etc/passwd').read()",
    "read_shadow_by_fd_path": "got = os.open('../../../../../../etc/shadow', os.O_RDONLY)",
    "read_own_environ": "got = open('/proc/self/environ').read()",
    "read_zygote_maps": "got = open(f'/proc/{os.getppid()}/maps').read()",
    "read_own_memory": "got = open('/proc/self/mem', 'rb')",
    "list_root": "got = os.listdir('/')",
    "list_tmp": "got = os.listdir('/tmp')",
    "list_other_slots": "got = os.listdir('..')",
    "list_proc": "got = os.listdir('/proc')",
    "list_shm": "got = os.listdir('/dev/shm')",
    "open_tty": "got = os.open('/dev/tty', os.O_RDWR)",
    "open_ptmx": "got = os.open('/dev/ptmx', os.O_RDWR)",
    "kernel_messages": "got = open('/dev/kmsg').read(10)",
    "endless_device": "got = open('/dev/zero', 'rb').read(10)",
    "zygote_s_directory": "got = os.listdir(f'/proc/{os.getppid()}/root')",
    "own_descriptors_by_path": "got = os.listdir('/proc/self/fd')",
    "cgroup": "got = open('/proc/self/cgroup').read()",
    "sysctl": "got = open('/proc/sys/kernel/core_pattern', 'w')",
    "read_repository": "got = open(os.path.join(REPOSITORY, 'manage.py')).read()",
    "list_repository": "got = os.listdir(REPOSITORY)",
    "read_lessons": "got = os.listdir(os.path.join(REPOSITORY, 'lessons'))",
    "write_slot": "got = open('new.txt', 'w')",
    "overwrite_own_file": "got = open('urls.py', 'a')",
    "truncate_own_file": "got = os.truncate('urls.py', 0)",
    "write_tmp": "got = open('/tmp/left-by-a-learner', 'w')",
    "write_shm": "got = open('/dev/shm/left-by-a-learner', 'w')",
    "write_harness": "got = open(os.path.join(REPOSITORY, 'sandbox/jail/wire.py'), 'a')",
    "write_site_packages": "import django; got = open(django.__file__, 'a')",
    "unnamed_file": "got = os.open('.', os.O_TMPFILE | os.O_RDWR)",
    "many_inodes": "for n in range(10**6): got = open(f'f{n}', 'x')",
    "sparse_file": "got = os.ftruncate(os.open('sparse', os.O_CREAT | os.O_RDWR), 1 << 40)",
    "reserve_disk": "got = os.posix_fallocate(os.open('big', os.O_CREAT | os.O_RDWR), 0, 1 << 30)",
    "temporary_file": "import tempfile; tempfile.tempdir = '.'; got = tempfile.TemporaryFile()",
    "memfd": "got = os.memfd_create('x')",
    "make_directory": "got = os.mkdir('x')",
    "symlink": "got = os.symlink('/etc/passwd', 'x')",
    "hard_link": "got = os.link('urls.py', 'x')",
    "fifo": "got = os.mkfifo('x')",
    "device": "got = os.mknod('x', 0o60600, os.makedev(8, 0))",
    "rename": "got = os.rename('urls.py', 'x')",
    "remove": "got = os.remove('urls.py')",
    "remove_tree": "got = os.rmdir('.')",
    "setuid_bit": "got = os.chmod('urls.py', 0o4777)",
    "give_away": "got = os.chown('urls.py', 0, 0)",
    "extended_attribute": "got = os.setxattr('urls.py', b'user.x', b'y')",
    "touch": "got = os.utime('urls.py')",
    "sqlite_file": (
        "import sqlite3\ntry: got = sqlite3.connect('/tmp/left-by-a-learner').execute('create table x (y)')\n"
        "except sqlite3.OperationalError as error: raise PermissionError(1, str(error))"
    ),
    # SQLite answers that it did, in memory: every file of such a connection is there.
    "vacuum_into_a_file": (
        "from django.db import connection\n"
        "connection.cursor().execute(\"vacuum into '/tmp/left-by-a-learner'\")\n"
        "try: got = os.stat('/tmp/left-by-a-learner')\n"
        "except FileNotFoundError as error: raise PermissionError(1, str(error))"
    ),
    "shared_memory": "from multiprocessing import shared_memory as m; got = m.SharedMemory('x', True, 10)",
    "system_v_memory": "got = call(29, 1234, 4096, 0o1600)",
    "message_queue": "got = call(68, 1234, 0o1600)",
    "posix_queue": "got = call(240, b'x', 66, 0o600, 0)",
    "lock_file": "import fcntl; got = fcntl.flock(os.open('urls.py', os.O_RDONLY), fcntl.LOCK_EX)",
    "push_into_terminal": "import fcntl; got = fcntl.ioctl(0, 0x5412, b'x')",
}

# Of the kernels since 5.13, by number: most take nothing here but to be asked whether they are there.
NEWER = {
    "landlock_add_rule": 445,
    "quotactl_fd": 443,
    "memfd_secret": 447,
    "process_mrelease": 448,
    "set_mempolicy_home_node": 450,
    "cachestat": 451,
    "fchmodat2": 452,
    "map_shadow_stack": 453,
    "futex_wake": 454,
    "futex_wait": 455,
    "futex_requeue": 456,
    "statmount": 457,
    "listmount": 458,
    "lsm_get_self_attr": 459,
    "lsm_set_self_attr": 460,
    "lsm_list_modules": 461,
    "mseal": 462,
    "setxattrat": 463,
    "getxattrat": 464,
    "listxattrat": 465,
    "removexattrat": 466,
    "open_tree_attr": 467,
    "file_getattr": 468,
    "file_setattr": 469,
    "listns": 470,
}
REFUSED |= {name: f"got = call({number}, 0, 0, 0, 0, 0)" for name, number in NEWER.items()}

# By calls that a project needs, what it does not need of them.
SOCKET = "got = socket.socketpair()[0].{call}"
REFUSED |= {
    "who_is_at_the_far_end": SOCKET.format(call="getsockopt(1, 17, 12)"),
    "descriptor_of_the_platform_s_process": SOCKET.format(call="getsockopt(1, 77, 4)"),
    "label_of_the_far_end": SOCKET.format(call="getsockopt(1, 31, 64)"),
    "groups_of_the_far_end": SOCKET.format(call="getsockopt(1, 59, 64)"),
    "ask_for_credentials": SOCKET.format(call="setsockopt(1, 16, 1)"),
    "ask_for_descriptors_of_senders": SOCKET.format(call="setsockopt(1, 76, 1)"),
    "program_on_a_socket": (
        "code = ctypes.create_string_buffer(bytes([6, 0, 0, 0, 255, 255, 0, 0]))\n"
        "head = (1).to_bytes(8, 'little') + ctypes.addressof(code).to_bytes(8, 'little')\n"
        "got = socket.socketpair()[0].setsockopt(1, 26, head)"
    ),
    "send_out_of_band": "got = socket.socketpair()[0].send(b'x', socket.MSG_OOB)",
    "receive_out_of_band": "got = socket.socketpair()[0].recv(1, socket.MSG_OOB)",
    "send_message_out_of_band": "got = socket.socketpair()[0].sendmsg([b'x'], [], socket.MSG_OOB)",
    "receive_message_out_of_band": "got = socket.socketpair()[0].recvmsg(1, 0, socket.MSG_OOB)",
    "send_a_descriptor": "got = socket.send_fds(socket.socketpair()[0], [b'x'], [0])",
    "receive_a_descriptor": "got = socket.recv_fds(socket.socketpair()[0], 1, 1)",
    "processor_time_of_the_zygote": "got = time.clock_gettime(~os.getppid() << 3 | 2)",
    "processor_time_of_the_first_process": "got = time.clock_gettime(~1 << 3 | 2)",
    "wait_for_processor_time_of_the_zygote": "got = call(230, ~os.getppid() << 3 | 2, 0, bytes(16), 0)",
    "limits_of_the_zygote": "got = resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE)",
    "lend_priority": "got = call(202, ctypes.create_string_buffer(8), 6, 0, 0, 0, 0)",
    "requeue_with_priority": "got = call(202, ctypes.create_string_buffer(8), 12 | 128, 1, 1, 0, 0)",
    "merge_memory": "import mmap; got = mmap.mmap(-1, 1 << 16).madvise(12)",
    "poison_memory": "import mmap; got = mmap.mmap(-1, 1 << 16).madvise(100)",
    "merge_all_memory": "got = call(157, 67, 1, 0, 0, 0)",
    # Of a thread: the limit is one table's.
    "table_of_descriptors_of_its_own": "got = call(436, 3000, 3000, 2)",
    "pipe_of_notifications": "got = call(293, ctypes.create_string_buffer(8), 0o200)",
    "huge_pages_of_the_host": "got = call(9, 0, 1 << 21, 3, 0x22 | 0x40000, -1, 0)",
}

REPOSITORY = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))

x86_only = pytest.mark.skipif(platform.machine() != "x86_64", reason="raw numbers are of x86-64")


# The newest calls by their number are tried one by one in the other suites, and among all numbers below.
@x86_only
@pytest.mark.parametrize("name", [name for name in REFUSED if name not in NEWER])
def test_is_refused(answer: Answer, unharmed: None, name: str) -> None:
    attack = "\n".join(f"    {line}" for line in REFUSED[name].split("\n"))
    verdict = answer(f"REPOSITORY = {REPOSITORY!r}\n" + WRAP.format(attack=attack))
    assert verdict.checks[0].status == "failed", verdict
    assert verdict.checks[0].got == "refused", verdict.checks[0]


SWEEP = """
libc = ctypes.CDLL(None, use_errno=True)
through = []
for number in range(1024):
    if number not in ALLOWED:
        ctypes.set_errno(0)
        got = libc.syscall(*map(ctypes.c_long, (number, -1, -1, -1, -1, -1, -1)))
        if got != -1 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
            through.append((number, got, ctypes.get_errno()))
result = str(through or 42)
"""


# Since Linux 6.14 and 6.18 no filter is asked about these of x86-64. The kernel ends who makes the first by
# hand, and answers the second with "no such device".
PAST_THE_FILTER = {"uretprobe": 335, "uprobe": 336}


@x86_only
@pytest.mark.parametrize("name", PAST_THE_FILTER)
def test_what_no_filter_is_asked_about_does_nothing(answer: Answer, still: Still, name: str) -> None:
    verdict = answer(WRAP.format(attack=f"    got = call({PAST_THE_FILTER[name]}, 0, 0, 0, 0, 0)"))
    ended = verdict.message == "Your project's process ended early: signal 4."
    assert ended or verdict.checks[0].got in ("refused", "other: OSError(6, 'refused')"), verdict


@x86_only
def test_every_call_that_is_not_listed_is_refused_by_the_kernel(answer: Answer) -> None:
    """By whatever number this kernel knows it, and the next one will."""
    numbers = machine_table()[1]
    listed = {numbers[name] for name in [*ALLOWED, "open", "openat", "prlimit64"] if name in numbers}
    listed |= set(PAST_THE_FILTER.values())
    verdict = answer(f"ALLOWED = {listed!r}\n{SWEEP}")
    assert verdict.state == "passed", verdict.checks


def test_all_of_these_left_the_jail_as_it_was(still: Still) -> None:
    """The attacks above ran on this very jail; the fixture now grades a wrong project on it, too."""
    assert not os.path.exists("/tmp/left-by-a-learner")
    assert not os.path.exists("/dev/shm/left-by-a-learner")


FATAL = {
    "x32_abi": "result = str(ctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 | 39)))",
    "i386_abi": (
        "import mmap\n"
        "code = mmap.mmap(-1, 4096, prot=7)\n"
        "code.write(b'\\xb8\\x14\\0\\0\\0\\xcd\\x80\\xc3')\n"
        "result = str(ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))())"
    ),
}


@x86_only
@pytest.mark.parametrize("name", FATAL)
def test_another_machine_s_calls_end_the_process(answer: Answer, still: Still, name: str) -> None:
    verdict = answer(FATAL[name])
    assert verdict.state == "error", verdict
    assert verdict.message.startswith("Your project's process ended early"), verdict


def test_files_of_a_project_beside_it_can_t_be_opened(jail: Jail, answer: Answer) -> None:
    name = "written-by-the-learner-beside.txt"
    with jail.boot(Project(files={name: "secret"})) as booted:
        [path] = Path("/dev/shm").glob(f"**/{name}")
        # The one who wrote it can read it: it is there.
        assert booted.evaluate(f"open({name!r}).read()")["value"] == "secret"
        verdict = answer(
            f"try: result = open({str(path)!r}).read()\nexcept OSError as e: result = e.strerror"
        )
        assert verdict.checks[0].got == "Permission denied"


NOTHING_TO_SEE = {
    "environment": "result = ' '.join(sorted(os.environ))",
    "descriptors": "result = ' '.join(str(n) for n in range(1000) if not FSTAT(n))",
    "capabilities": "result = ' '.join(map(str, os.getresuid())) if 0 in os.getresuid() else 'nobody'",
    "groups": "result = str(os.getgroups())",
    "checks_in_memory": (
        "import gc; gc.unfreeze()\n"
        "level = gc.get_referents(*gc.get_objects())\n"
        "level += gc.get_referents(*[o for o in level if type(o) in (dict, tuple)])\n"
        "strings = [s for s in level if type(s) is str]\n"
        "assert any('HttpResponse(result)' in s for s in strings), 'the search is blind'\n"
        "word = '.24 si rewsna ehT'[::-1]\n"
        "result = str([s for s in strings if word in s and s is not word])"
    ),
    "working_directory_only": "result = ' '.join(sorted(os.listdir('.')))",
    "frames": (
        "word = '.24 si rewsna ehT'[::-1]\n"
        "frames, found = [*sys._current_frames().values()], []\n"
        "while frames:\n"
        "    frame = frames.pop()\n"
        "    if frame.f_back: frames.append(frame.f_back)\n"
        "    values = [*frame.f_locals.values(), *frame.f_globals.values()]\n"
        "    found += [v for v in values if isinstance(v, str) and word in v and v is not word]\n"
        "result = str(found)"
    ),
    "no_lms_module": (
        "import importlib.util as u\n"
        "def there(name):\n"
        "    try: return u.find_spec(name) is not None\n    except ImportError: return False\n"
        "result = str([n for n in ('lms', 'content', 'lessons', 'manage') if there(n)])"
    ),
}
EXPECTED = {
    "environment": {"LANG", "PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "TZ", "TMPDIR", "LC_CTYPE"},
    "descriptors": {"0", "1", "2", "3"},
    "capabilities": {"nobody"},
    "groups": {"[]"},
    "checks_in_memory": {"[]"},
    "frames": {"[]"},
    "working_directory_only": {"urls.py"},
    "no_lms_module": {"[]"},
}
FSTAT = "def FSTAT(n):\n    try: os.fstat(n)\n    except OSError: return True\n"


@pytest.mark.parametrize("name", NOTHING_TO_SEE)
def test_leaks_nothing(answer: Answer, name: str) -> None:
    if os.getuid() != 0 and name in ("groups",):
        pytest.skip("without root a child keeps its user's groups")
    verdict = answer(FSTAT + NOTHING_TO_SEE[name])
    got = verdict.checks[0].got
    seen = set(got.split()) if name in ("environment", "descriptors") else {got}
    assert seen <= EXPECTED[name], got


def test_environment_of_the_platform_is_in_no_memory(answer: Answer) -> None:
    """Not even where the kernel put it when the zygote began: the stack's upper end."""
    verdict = answer(
        "libc = ctypes.CDLL(None)\n"
        "pointer = ctypes.c_void_p.in_dll(libc, '__environ').value\n"
        "first = ctypes.cast(pointer, ctypes.POINTER(ctypes.c_char_p))\n"
        "strings, n = [], 0\n"
        "while first[n]:\n    strings.append(first[n]); n += 1\n"
        "result = str([s for s in strings if s.partition(b'=')[0] in (b'HOME', b'USER', b'SECRET_KEY')])"
    )
    assert verdict.checks[0].got == "[]"
