using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;
using WebApp.Platform.Http.Proxies;

namespace WebApp.Tests.Platform.Http.Proxies;

/// <summary>Whom a chain of proxies leads to, by the walk alone.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ForwardedChainTests
{
    private static readonly ProxyOptions Ours = Trusting("10.0.0.0/8, 192.0.2.10 2001:db8:aaaa::/48");

    [TestCase("10.0.0.1", "198.51.100.7", "198.51.100.7", TestName = "One_hop")]
    [TestCase("10.0.0.1", "198.51.100.7, 10.0.0.2", "198.51.100.7", TestName = "Two_hops")]
    [TestCase("10.0.0.1", "198.51.100.7, 192.0.2.10,10.0.0.2", "198.51.100.7", TestName = "Three_hops")]
    [TestCase("2001:db8:aaaa::1", "2001:db8:1::7", "2001:db8:1::7", TestName = "One_hop_over_IPv6")]
    [TestCase("2001:db8:aaaa::1", "2001:db8:1::7, 2001:db8:aaaa::2", "2001:db8:1::7", TestName = "Two_hops_over_IPv6")]
    [TestCase("2001:db8:aaaa::1", "2001:db8:1::7, 2001:db8:aaaa::3, 2001:db8:aaaa::2", "2001:db8:1::7", TestName = "Three_hops_over_IPv6")]
    [TestCase("2001:db8:aaaa::1", "198.51.100.7, 10.0.0.2", "198.51.100.7", TestName = "Mixed_families")]
    [TestCase("10.0.0.1", "1.1.1.1, 10.0.0.9, 198.51.100.7, 10.0.0.2", "198.51.100.7", TestName = "What_the_client_wrote_itself_stands_left_of_it")]
    [TestCase("10.0.0.1", "198.51.100.7, 198.51.100.7, 198.51.100.7", "198.51.100.7", TestName = "Duplicates")]
    [TestCase("::ffff:10.0.0.1", "::ffff:198.51.100.7", "198.51.100.7", TestName = "Mapped_addresses_are_IPv4")]
    [TestCase("10.0.0.1", "198.51.100.7:4711 , [::ffff:10.0.0.2]:80", "198.51.100.7", TestName = "Ports")]
    [TestCase("10.0.0.1", "[2001:db8:1::7]:4711", "2001:db8:1::7", TestName = "Brackets_and_port")]
    [TestCase("10.0.0.1", "[2001:db8:1::7]", "2001:db8:1::7", TestName = "Brackets")]
    [TestCase("10.0.0.1", "\t198.51.100.7\t", "198.51.100.7", TestName = "Blanks_around_it")]
    public void The_first_address_from_the_right_that_is_not_ours_is_the_client(string peer, string forwarded, string client)
    {
        var chain = Walk(peer, forwarded);
        Assert.That((chain.Client, chain.Reason), Is.EqualTo((IPAddress.Parse(client), ForwardedReason.FirstUntrusted)));
    }

    [TestCase("203.0.113.9", "198.51.100.7")]
    [TestCase("203.0.113.9", "198.51.100.7, 10.0.0.2")]
    [TestCase("2001:db8:bbbb::1", "198.51.100.7")]
    [TestCase("11.0.0.1", "10.0.0.2")]
    public void A_peer_that_is_not_ours_is_the_client_whatever_it_says(string peer, string forwarded)
    {
        var chain = ForwardedChain.Walk(IPAddress.Parse(peer), forwarded, "https", Ours);
        Assert.That((chain.Client, chain.Scheme, chain.Reason, chain.Hops.Count), Is.EqualTo((IPAddress.Parse(peer), (string?)null, ForwardedReason.PeerNotTrusted, 0)));
    }

    [Test]
    public void A_peer_without_an_address_is_believed_nothing() =>
        Assert.That(ForwardedChain.Walk(null, "198.51.100.7", "https", Ours), Has.Property("Client").Null.And.Property("Reason").EqualTo(ForwardedReason.PeerNotTrusted));

    [Test]
    public void Where_all_are_ours_the_farthest_is_the_client() => Assert.That(Summary("10.0.0.1", "10.0.0.3, 10.0.0.2"), Is.EqualTo(("10.0.0.3", ForwardedReason.AllTrusted)));

    [Test]
    public void Where_nobody_is_named_the_peer_is_the_client() => Assert.That(
        Outcome(ForwardedChain.Walk(IPAddress.Parse("10.0.0.1"), default, default, Ours)), Is.EqualTo(("10.0.0.1", ForwardedReason.NothingForwarded)));

    [TestCase("")]
    [TestCase(" ")]
    [TestCase(",")]
    [TestCase("unknown")]
    [TestCase("_hidden")]
    [TestCase("1")]
    [TestCase("0x7f.1")]
    [TestCase("010.0.0.2")]
    [TestCase("10.0.2")]
    [TestCase("167772162")]
    [TestCase("10.0.0.2.")]
    [TestCase("10.0.0.256")]
    [TestCase("10.0.0.2:")]
    [TestCase("10.0.0.2:65536")]
    [TestCase("10.0.0.2:80a")]
    [TestCase("10.0.0.2:-1")]
    [TestCase("10.0.0.2/32")]
    [TestCase("[10.0.0.2]")]
    [TestCase("[2001:db8:aaaa::2")]
    [TestCase("2001:db8:aaaa::2]")]
    [TestCase("[2001:db8:aaaa::2]80")]
    [TestCase("[2001:db8:aaaa::2]:")]
    [TestCase("[[2001:db8:aaaa::2]]")]
    [TestCase("2001:db8:aaaa::2%eth0")]
    [TestCase("fe80::1%1")]
    [TestCase("\"10.0.0.2\"")]
    [TestCase("for=10.0.0.2")]
    [TestCase("10.0.0.2 10.0.0.3")]
    [TestCase("10.0.0.2;10.0.0.3")]
    [TestCase("0.0.0.0")]
    [TestCase("::")]
    [TestCase("[]")]
    [TestCase("\u0661\u0660.0.0.2")]
    public void What_is_no_address_ends_the_walk_at_the_last_good_hop(string bad)
    {
        Assert.That(Summary("10.0.0.1", $"198.51.100.7, {bad}, 10.0.0.5"), Is.EqualTo(("10.0.0.5", ForwardedReason.Malformed)), "in the middle");
        Assert.That(Summary("10.0.0.1", $"198.51.100.7, {bad}"), Is.EqualTo(("10.0.0.1", ForwardedReason.Malformed)), "at the end");
        Assert.That(Summary("10.0.0.1", $"{bad}, 198.51.100.7"), Is.EqualTo(("198.51.100.7", ForwardedReason.FirstUntrusted)), "beyond the client");
    }

    [Test]
    public void Several_lines_are_one_list() =>
        Assert.That(Outcome(ForwardedChain.Walk(IPAddress.Parse("10.0.0.1"), new StringValues(["1.1.1.1, 198.51.100.7", "10.0.0.3", "10.0.0.2"]), default, Ours)), Is.EqualTo(("198.51.100.7", ForwardedReason.FirstUntrusted)));

    [Test]
    public void The_chain_reports_what_it_examined()
    {
        var chain = Walk("10.0.0.1", "1.1.1.1, nonsense, 10.0.0.2:80");
        Assert.That(chain.Hops, Is.EqualTo(new ForwardedHop[] { new("10.0.0.2:80", IPAddress.Parse("10.0.0.2"), true), new("nonsense", null, false) }));
    }

    [TestCase("198.51.100.7", "https", "https")]
    [TestCase("198.51.100.7", "HTTPS", "https")]
    [TestCase("198.51.100.7", "http", "http")]
    [TestCase("198.51.100.7", "https, http", "http", Description = "The left one the client wrote.")]
    [TestCase("198.51.100.7, 10.0.0.2", "https, http", "https", Description = "The outer proxy ended TLS.")]
    [TestCase("198.51.100.7, 10.0.0.2", "https", "https", Description = "The inner one passed it on.")]
    [TestCase("198.51.100.7, 10.0.0.2", "https, http, http", "http")]
    [TestCase("198.51.100.7", "gopher", null)]
    [TestCase("198.51.100.7", "", null)]
    public void The_scheme_is_what_the_proxy_nearest_to_the_client_says(string forwarded, string proto, string? scheme) =>
        Assert.That(ForwardedChain.Walk(IPAddress.Parse("10.0.0.1"), forwarded, proto, Ours).Scheme, Is.EqualTo(scheme));

    [Test]
    public void A_hundred_thousand_random_headers_never_fail_and_never_name_a_stranger_to_the_header()
    {
        var random = new Random(20261121);
        string[] pieces = ["10.0.0.", "2001:db8:aaaa::", "198.51.100.", "[", "]", ":", ",", " ", "\t", "0x", "%", "unknown", "7", "255", "256", "::ffff:", ".", "é", "\"", "1e9", "/8", "65536"];
        for (var i = 0; i < 100_000; i++)
        {
            var header = string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => pieces[random.Next(pieces.Length)]));
            var chain = Walk("10.0.0.1", header);
            Assert.That(chain.Client, Is.EqualTo(chain.Hops.LastOrDefault(hop => hop.Address is not null)?.Address ?? IPAddress.Parse("10.0.0.1")), header);
            Assert.That(chain.Hops.SkipLast(1).All(hop => hop.Trusted), Is.True, header);
        }
    }

    [TestCase("10.0.0.7", "10.0.0.7", "10.0.0.8")]
    [TestCase("::ffff:10.0.0.7", "10.0.0.7", "10.0.0.8")]
    [TestCase("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::1")]
    [TestCase("192.168.0.0/16,10.0.0.0/9", "10.127.0.1", "10.128.0.1")]
    public void Trust_is_by_address_or_network(string setting, string inside, string outside)
    {
        var proxies = Trusting(setting);
        Assert.That((proxies.IsTrusted(IPAddress.Parse(inside)), proxies.IsTrusted(IPAddress.Parse(outside)), proxies.Unreadable.Count), Is.EqualTo((true, false, 0)));
        Assert.That(proxies.IsTrusted(IPAddress.Parse(inside).MapToIPv6()), Is.EqualTo(true), "mapped");
    }

    [TestCase("proxy.example.org")]
    [TestCase("10.0.0.0/33")]
    [TestCase("10.0.0.1/8")]
    [TestCase("10.0.0")]
    [TestCase("0.0.0.0/0")]
    [TestCase("::/0")]
    [TestCase("0/0")]
    [TestCase("*")]
    [TestCase("10.0.0.0/8,nonsense")]
    public void What_is_no_network_or_all_of_them_is_unreadable(string setting) => Assert.That(Trusting(setting).Unreadable, Has.Count.EqualTo(1));

    private static ProxyOptions Trusting(string setting)
    {
        var proxies = new ProxyOptions();
        proxies.Read(new ConfigurationBuilder().AddInMemoryCollection([new(ProxyOptions.Key, setting)]).Build());
        return proxies;
    }

    private static ForwardedChain Walk(string peer, string forwarded) => ForwardedChain.Walk(IPAddress.Parse(peer), forwarded, default, Ours);

    private static (string?, ForwardedReason) Summary(string peer, string forwarded) => Outcome(Walk(peer, forwarded));

    private static (string?, ForwardedReason) Outcome(ForwardedChain chain) => (chain.Client?.ToString(), chain.Reason);
}
