#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Loads a BPF program of a few instructions and pins it, without a compiler.

usage: bpf.py PIN pass            for XDP: every packet goes on its way
       bpf.py PIN redirect DEV    for tc: every packet is sent by the device

PIN is in a mounted bpf file system, and tc and ip take it from there.
"""

import ctypes
import os
import socket
import struct
import sys

SYS_BPF = {'x86_64': 321, 'aarch64': 280, 'riscv64': 280}[os.uname().machine]
PROG_LOAD, OBJ_PIN = 5, 6
SCHED_CLS, XDP = 3, 6
XDP_PASS = 2
REDIRECT = 23  # of enum bpf_func_id

libc = ctypes.CDLL(None, use_errno=True)


def bpf(cmd, attr):
    got = libc.syscall(SYS_BPF, cmd, attr, len(attr))
    if got < 0:
        err = ctypes.get_errno()
        raise OSError(err, os.strerror(err))
    return got


def pointer(data):
    return ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p).value


def insn(code, dst=0, imm=0):
    return struct.pack('=BBhi', code, dst, 0, imm)


def mov(reg, imm):
    return insn(0xb7, reg, imm)


def call(func):
    return insn(0x85, 0, func)


EXIT = insn(0x95)


def load(kind, *insns):
    code, license_ = b''.join(insns), b'GPL'
    # What is not given is zero: no log, no name.
    return bpf(PROG_LOAD, struct.pack('=IIQQ', kind, len(insns), pointer(code),
                                      pointer(license_)) + bytes(24))


def pin(path, prog):
    path = path.encode()
    bpf(OBJ_PIN, struct.pack('=QII', pointer(path), prog, 0))


def main():
    path, what, *dev = sys.argv[1:]
    if what == 'redirect':
        prog = load(SCHED_CLS, mov(1, socket.if_nametoindex(*dev)), mov(2, 0),
                    call(REDIRECT), EXIT)
    else:
        prog = load(XDP, mov(0, XDP_PASS), EXIT)
    pin(path, prog)


main()
