using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;
using Tintype.Storage.Tables;

namespace Tintype.Http;

/// <summary>Keeps the cookie-protection keys in the accounts cluster: they survive restarts, and every process has the same.</summary>
internal sealed class SharedKeyRing(SharedKeyTable keys) : IConfigureOptions<KeyManagementOptions>, IXmlRepository
{
    private const string Prefix = "protection/";

    public void Configure(KeyManagementOptions options) => options.XmlRepository = this;

    // The interface is synchronous by its nature; it runs at start-up and when a key is rotated (every 90 days).
    public IReadOnlyCollection<XElement> GetAllElements() =>
        [.. Task.Run(() => keys.AllAsync(Prefix)).GetAwaiter().GetResult().Select(XElement.Parse)];

    public void StoreElement(XElement element, string friendlyName) =>
        Task.Run(() => keys.AddOrGetAsync(Prefix + friendlyName, element.ToString(SaveOptions.DisableFormatting))).GetAwaiter().GetResult();
}
