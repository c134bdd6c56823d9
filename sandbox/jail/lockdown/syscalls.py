"""Numbers of the system calls that the filter names, for the machines on which the jail runs.

Written out here because libseccomp, which would know them, need not be installed. A call which a machine
does not have (aarch64 knows no `open`) is missing from its table, and the filter then says nothing about it.
"""

import platform
import struct

_POINTER = 8  # bytes
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_X86_64 = """
    read=0 write=1 readv=19 writev=20 pread64=17 pwrite64=18 preadv=295 pwritev=296 preadv2=327
    pwritev2=328 close=3 close_range=436 dup=32 dup2=33 dup3=292 lseek=8 fstat=5 stat=4 lstat=6
    newfstatat=262 statx=332 access=21 faccessat=269 faccessat2=439 readlink=89 readlinkat=267
    getdents=78 getdents64=217 open=2 openat=257 fadvise64=221 fchdir=81 chdir=80 getcwd=79 umask=95
    statfs=137 fstatfs=138 mmap=9 munmap=11 mremap=25 mprotect=10 madvise=28 brk=12 mincore=27
    membarrier=324 rt_sigaction=13 rt_sigprocmask=14 rt_sigreturn=15 rt_sigpending=127 rt_sigsuspend=130
    rt_sigtimedwait=128 sigaltstack=131 alarm=37 setitimer=38 getitimer=36 restart_syscall=219
    clock_gettime=228 clock_getres=229 clock_nanosleep=230 nanosleep=35 gettimeofday=96 time=201
    times=100 exit=60 exit_group=231 futex=202 futex_waitv=449 set_robust_list=273 get_robust_list=274
    rseq=334 set_tid_address=218 gettid=186 getpid=39 getppid=110 getuid=102 geteuid=107 getgid=104
    getegid=108 getgroups=115 getpgrp=111 getpgid=121 getsid=124 getresuid=118 getresgid=120
    sched_yield=24 sched_getaffinity=204 sched_getparam=143 sched_getscheduler=145
    sched_get_priority_max=146 sched_get_priority_min=147 getcpu=309 getpriority=140 getrusage=98
    getrlimit=97 sysinfo=99 uname=63 getrandom=318 arch_prctl=158 clone=56 clone3=435 prlimit64=302
    prctl=157 poll=7 ppoll=271 select=23 pselect6=270 epoll_create=213 epoll_create1=291 epoll_ctl=233
    epoll_wait=232 epoll_pwait=281 epoll_pwait2=441 eventfd=284 eventfd2=290 pipe=22 pipe2=293 sendto=44
    recvfrom=45 sendmsg=46 recvmsg=47 shutdown=48 getsockopt=55 setsockopt=54 getsockname=51
    getpeername=52 socketpair=53 ioctl=16 fcntl=72 mkdir=83 mkdirat=258 landlock_create_ruleset=444
    landlock_add_rule=445 landlock_restrict_self=446 seccomp=317 execveat=322 timerfd_create=283
    timerfd_settime=286 timerfd_gettime=287 socket=41 bind=49 listen=50 unlink=87 unlinkat=263 chmod=90
    fchmodat=268
"""

_AARCH64 = """
    read=63 write=64 readv=65 writev=66 pread64=67 pwrite64=68 preadv=69 pwritev=70 preadv2=286
    pwritev2=287 close=57 close_range=436 dup=23 dup3=24 lseek=62 fstat=80 newfstatat=79 statx=291
    faccessat=48 faccessat2=439 readlinkat=78 getdents64=61 openat=56 fadvise64=223 fchdir=50 chdir=49
    getcwd=17 umask=166 statfs=43 fstatfs=44 mmap=222 munmap=215 mremap=216 mprotect=226 madvise=233
    brk=214 mincore=232 membarrier=283 rt_sigaction=134 rt_sigprocmask=135 rt_sigreturn=139
    rt_sigpending=136 rt_sigsuspend=133 rt_sigtimedwait=137 sigaltstack=132 setitimer=103 getitimer=102
    restart_syscall=128 clock_gettime=113 clock_getres=114 clock_nanosleep=115 nanosleep=101
    gettimeofday=169 times=153 exit=93 exit_group=94 futex=98 futex_waitv=449 set_robust_list=99
    get_robust_list=100 rseq=293 set_tid_address=96 gettid=178 getpid=172 getppid=173 getuid=174
    geteuid=175 getgid=176 getegid=177 getgroups=158 getpgid=155 getsid=156 getresuid=148 getresgid=150
    sched_yield=124 sched_getaffinity=123 sched_getparam=121 sched_getscheduler=120
    sched_get_priority_max=125 sched_get_priority_min=126 getcpu=168 getpriority=141 getrusage=165
    getrlimit=163 sysinfo=179 uname=160 getrandom=278 clone=220 clone3=435 prlimit64=261 prctl=167
    ppoll=73 pselect6=72 epoll_create1=20 epoll_ctl=21 epoll_pwait=22 epoll_pwait2=441 eventfd2=19
    pipe2=59 sendto=206 recvfrom=207 sendmsg=211 recvmsg=212 shutdown=210 getsockopt=209 setsockopt=208
    getsockname=204 getpeername=205 socketpair=199 ioctl=29 fcntl=25 mkdirat=34
    landlock_create_ruleset=444 landlock_add_rule=445 landlock_restrict_self=446 seccomp=277
    execveat=281 timerfd_create=85 timerfd_settime=86 timerfd_gettime=87 socket=198 bind=200 listen=201
    unlinkat=35 fchmodat=53
"""


class UnknownMachine(Exception):
    """There is no table for this machine's architecture."""


def _parse(text: str) -> dict[str, int]:
    return {name: int(number) for name, _, number in (item.partition("=") for item in text.split())}


TABLES = {"x86_64": _parse(_X86_64), "aarch64": _parse(_AARCH64)}


def machine_table() -> tuple[int, dict[str, int]]:
    """The AUDIT_ARCH constant and the numbers by name of the machine that this process runs on."""
    machine = platform.machine()
    if machine not in TABLES:
        known = " and ".join(sorted(TABLES))
        raise UnknownMachine(f"no table of system calls for {machine or 'this machine'}, only for {known}")
    if struct.calcsize("P") != _POINTER:
        # Its system calls have other numbers, and other widths.
        raise UnknownMachine(
            f"this Python is a 32-bit program, and the table for {machine} is of 64-bit ones"
        )
    return AUDIT_ARCH[machine], TABLES[machine]
