package interop

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

// listener checks whether each answer is one that a client can understand.
type listener struct {
	mutex  sync.Mutex
	calls  int
	faults []string
}

func (l *listener) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.Host == "" {
		return nil, fmt.Errorf("an upload to %s, which is no address", request.URL)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.calls++
	if err != nil {
		l.faults = append(l.faults, fmt.Sprintf("%s %s: %v", request.Method, request.URL.Path, err))
		return nil, err
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	if fault := faultOf(response, body); fault != "" {
		l.faults = append(l.faults, fmt.Sprintf("%s %s: %d %s: %.200s", request.Method, request.URL.Path, response.StatusCode, fault, body))
	}
	return response, nil
}

func faultOf(response *http.Response, body []byte) string {
	var document struct {
		Errors []struct{ Status, Title string } `json:"errors"`
	}
	switch {
	case response.StatusCode >= 500:
		return "is the server's fault"
	case response.StatusCode < 400:
		return ""
	case !strings.HasPrefix(response.Header.Get("Content-Type"), "application/vnd.api+json"):
		return "is not JSON:API"
	case json.Unmarshal(body, &document) != nil || len(document.Errors) == 0:
		return "has no errors"
	case document.Errors[0].Status != fmt.Sprint(response.StatusCode) || document.Errors[0].Title == "":
		return "does not say what is wrong"
	}
	return ""
}

// Every method of the client, served or not, is called with ids that do not exist and on an existing organization.
func TestEveryMethodIsAnsweredCleanly(t *testing.T) {
	t.Parallel()
	admin := newAdmin(t)
	heard := &listener{}
	client := newClient(t, os.Getenv("RUNWRIGHT_INTEROP_TOKEN"), heard)
	client.RetryServerErrors(false)

	methods := 0
	for _, service := range servicesOf(reflect.ValueOf(client).Elem()) {
		// A change of the organization by one service must not affect the next service.
		organization := newOrganization(t, admin)
		for _, name := range []string{"nothing1nothing1", organization.Name} {
			for number := range service.Type().NumMethod() {
				methods++
				call(t, service, service.Type().Method(number), name)
			}
		}
	}
	same(t, "hundreds of methods were called", methods > 500, true)
	same(t, "and most of them asked the server", heard.calls > 300, true)
	for _, fault := range heard.faults {
		t.Error(fault)
	}
	t.Logf("%d calls of methods made %d requests", methods, heard.calls)
}

// servicesOf returns the client's services, including those that are grouped in a part of it.
func servicesOf(owner reflect.Value) []reflect.Value {
	services := []reflect.Value{}
	for index := range owner.NumField() {
		switch field := owner.Field(index); {
		case !owner.Type().Field(index).IsExported():
		case field.Kind() == reflect.Interface:
			services = append(services, field)
		case field.Kind() == reflect.Struct:
			services = append(services, servicesOf(field)...)
		}
	}
	return services
}

func call(t *testing.T, service reflect.Value, method reflect.Method, name string) {
	function := service.MethodByName(method.Name)
	arguments := []reflect.Value{reflect.ValueOf(ctx)}
	for index := 1; index < function.Type().NumIn(); index++ {
		arguments = append(arguments, filled(function.Type().In(index), name, 4))
	}
	defer func() {
		// The client panics on some arguments before it sends a request.
		if problem := recover(); problem != nil {
			t.Logf("%s.%s: %v", service.Type(), method.Name, problem)
		}
	}()
	function.Call(arguments)
}

var instant = time.Now().Add(time.Hour).UTC().Truncate(time.Second)

// filled returns a value of the type with every field set, so that the client's own checks find nothing missing.
func filled(kind reflect.Type, name string, depth int) reflect.Value {
	value := reflect.New(kind).Elem()
	if depth == 0 {
		return value
	}
	switch {
	case kind == reflect.TypeFor[time.Time]():
		value.Set(reflect.ValueOf(instant))
	case kind == reflect.TypeFor[io.Reader]():
		value.Set(reflect.ValueOf(strings.NewReader("content")))
	case kind.Kind() == reflect.String:
		value.SetString(name)
	case kind.Kind() == reflect.Bool:
		value.SetBool(true)
	case kind.Kind() == reflect.Int, kind.Kind() == reflect.Int64:
		value.SetInt(1)
	case kind.Kind() == reflect.Pointer:
		value.Set(reflect.New(kind.Elem()))
		value.Elem().Set(filled(kind.Elem(), name, depth-1))
	case kind.Kind() == reflect.Slice && kind.Elem().Kind() != reflect.Uint8:
		value = reflect.Append(value, filled(kind.Elem(), name, depth-1))
	case kind.Kind() == reflect.Struct:
		for index := range kind.NumField() {
			if field := kind.Field(index); field.IsExported() && field.Name != "Type" {
				value.Field(index).Set(filled(field.Type, name, depth-1))
			}
		}
	}
	return value
}
