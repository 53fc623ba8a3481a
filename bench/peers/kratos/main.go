// Ory Kratos as a dependency: `go install` refuses it, for its go.mod has replace lines, which count only in ours.
package main

import (
	"os"

	"github.com/ory/kratos/cmd"
)

func main() {
	os.Exit(cmd.Execute())
}
