using System.Text.Json.Serialization;
using WebApp.Areas.Api.Contracts;

namespace WebApp.Areas.Api;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MeResponse))]
internal sealed partial class ApiJson : JsonSerializerContext;
