# Sourced by run and stop: hosts as network namespaces on a bridge, or all on loopback.
# shellcheck shell=bash
# Uses demo, tag, workers, say.

bridge=bf$tag
network=$demo/network

rules() { # the packet filter's rules: TABLE CHAIN MATCH…
    printf '%s\n' \
        "nat POSTROUTING -s $subnet.0/24 ! -o $bridge -j MASQUERADE" \
        "filter INPUT -i $bridge -j ACCEPT" \
        "filter FORWARD -i $bridge -j ACCEPT" \
        "filter FORWARD -o $bridge -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
}

free_subnet() { # prints the first three numbers of a /24 that nothing here routes to
    local candidate
    for candidate in 10.213.77 10.214.77 10.177.213 10.91.177; do
        ip -4 route show table all | grep -q "\b${candidate//./\\.}\.\|^${candidate%%.*}\.${candidate#*.*}" && continue
        printf '%s\n' "$candidate"
        return
    done
    return 1
}

why_loopback() { # prints why this machine cannot have several hosts; fails if it can
    local variable
    if [[ $EUID -ne 0 ]]; then
        say "not root"
    elif ! { ip link add "$bridge-try" type bridge && ip link delete "$bridge-try"; } 2>/dev/null; then
        say "no right to make network interfaces"
    elif ! awk '$1 == "nameserver" && $2 !~ /^127\.|^::1/ { found = 1 } END { exit !found }' /etc/resolv.conf; then
        say "names are resolved by a server on this machine's loopback"
    else
        for variable in http_proxy https_proxy HTTP_PROXY HTTPS_PROXY; do
            if [[ ${!variable:-} =~ //([^/@]*@)?(127\.|localhost|\[::1\]) ]]; then
                say "\$$variable is on this machine's loopback"
                return
            fi
        done
        return 1
    fi
}

network_up() { # sets `head`, the coordinator's address, and `network_text`
    local why host number=1 rule table
    mkdir -p "$network"
    if why=$(why_loopback); then
        network_down
        head=127.0.0.1
        network_text="all on $head ($why)"
        rm -f "$network/subnet"
        return
    fi
    subnet=
    [[ ! -f $network/subnet ]] || subnet=$(<"$network/subnet")
    if ! ip link show "$bridge" >/dev/null 2>&1; then
        subnet=$(free_subnet) || die "no free subnet for the demo's hosts"
        printf '%s\n' "$subnet" >"$network/subnet"
        ip link add "$bridge" type bridge
    fi
    [[ -n $subnet ]] || die "the bridge $bridge is there, its subnet is not known" "Type \`make demo-stop\`, then \`make demo\`."
    head=$subnet.1
    ip address replace "$head/24" dev "$bridge"
    ip link set "$bridge" up
    for host in "${workers[@]}"; do
        ((number += 1))
        network_host "$host" "$subnet.$number"
    done
    if [[ $(</proc/sys/net/ipv4/ip_forward) != 1 ]]; then
        echo 1 >/proc/sys/net/ipv4/ip_forward
        : >"$network/ip_forward_was_0"
    fi
    while read -r table rule; do
        # shellcheck disable=SC2086
        iptables -w -t "$table" -C $rule 2>/dev/null || iptables -w -t "$table" -I $rule
    done < <(rules)
    network_text="bridge $bridge, $subnet.0/24; ${#workers[@]} network namespaces"
}

network_host() { # HOST ADDRESS
    local space=$bridge-$1
    ip netns list | grep -q "^$space\b" || ip netns add "$space"
    if ! ip -n "$space" link show eth0 >/dev/null 2>&1; then
        ip link delete "$space" 2>/dev/null || true
        ip link add "$space" type veth peer name eth0 netns "$space"
    fi
    ip link set "$space" master "$bridge" up
    ip -n "$space" address replace "$2/24" dev eth0
    ip -n "$space" link set lo up
    ip -n "$space" link set eth0 up
    ip -n "$space" route replace default via "$head"
}

network_down() {
    local subnet space rule table
    if [[ $EUID -ne 0 ]]; then return; fi
    for host in "${workers[@]}"; do
        space=$bridge-$host
        if ip netns list | grep -q "^$space\b"; then ip netns delete "$space"; fi
        ip link delete "$space" 2>/dev/null || true
    done
    ip link delete "$bridge" 2>/dev/null || true
    if [[ -f $network/subnet ]]; then
        subnet=$(<"$network/subnet")
        while read -r table rule; do
            # shellcheck disable=SC2086
            while iptables -w -t "$table" -D $rule 2>/dev/null; do :; done
        done < <(rules)
        rm -f "$network/subnet"
    fi
    if [[ -f $network/ip_forward_was_0 ]]; then
        echo 0 >/proc/sys/net/ipv4/ip_forward
        rm -f "$network/ip_forward_was_0"
    fi
}

on_host() { # HOST COMMAND…: replaces this shell. Not `ip netns exec`: its new /sys would hide the cgroups.
    local host=$1
    shift
    # The head's address is the bridge's, on the machine itself.
    if [[ $host != head && -f $network/subnet ]]; then
        exec nsenter --net="/run/netns/$bridge-$host" -- "$@"
    fi
    exec "$@"
}
